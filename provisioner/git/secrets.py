"""Keys of known vendors in what would be committed.

detect-secrets' own patterns and those of `_VENDORS`, looked for in every line, in what a Python
expression of constants makes (`"sk-" + "live"`, `"".join([...])`, names bound once) and in what
Base64 or hexadecimal digits stand for. Entropy and names are no evidence here: tests are full of
random-looking values called `password`.

What is a false alarm is allowed by the repository's `.secrets.baseline`, as detect-secrets writes
it, in HEAD. Comments that allow something don't count: a model can write them.
"""

from __future__ import annotations

import ast
import base64
import binascii
import contextlib
import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from provisioner.errors import SecretFound, WorkspaceInvalid

BASELINE = ".secrets.baseline"
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){10,}")
#: A private key with all of its lines; of one that is cut off, what may be some.
_KEY_BLOCK = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?:(?!-----END)[\s\S]){0,10000}")
_DEPTH = 3  # encodings in encodings that are looked into
_FILE_BYTES = 8 << 20  # a second and more each million bytes
_MADE_CHARS = 10_000  # of one expression: no key is longer, and names may double without end

# The shape of each vendor's keys, as its documentation or its scanner partner programme gives it;
# what detect-secrets knows is not repeated.
_VENDORS: Mapping[str, str] = {
    "Adafruit IO": r"\baio_[A-Za-z0-9]{28}\b",
    "Age": r"\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b",
    "Airtable": r"\bpat[A-Za-z0-9]{14}\.[a-f0-9]{64}\b",
    "Alibaba Cloud": r"\bLTAI[A-Za-z0-9]{12,30}\b",
    "Anthropic": r"\bsk-ant-(?:api|admin)\d{2}-[A-Za-z0-9_-]{20,}",
    "Atlassian": r"\bATATT3[A-Za-z0-9_=-]{60,}",
    "AWS": r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b",
    "AWS secret key": r"(?i)aws.{0,30}['\"=: ]([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
    "Azure client secret": r"(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,34}",
    "Azure storage": r"\bAccountKey=[A-Za-z0-9+/]{86}==",
    "Azure SAS": r"[?&]sig=[A-Za-z0-9%+/]{43,60}(?:%3D|=)",
    "Brevo": r"\bxkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}\b",
    "Buildkite": r"\bbk[au]a_[a-f0-9]{40}\b",
    "CircleCI": r"\bCCIPAT_[A-Za-z0-9]{22}_[a-f0-9]{40}\b",
    "Cloudflare": r"\bv1\.0-[a-f0-9]{24}-[a-f0-9]{146}\b",
    "Contentful": r"\bCFPAT-[A-Za-z0-9_-]{43}",
    "Databricks": r"\bdapi[a-f0-9]{32}(?:-\d)?\b",
    "DigitalOcean": r"\bdo[opr]_v1_[a-f0-9]{64}\b",
    "Discord webhook": r"discord(?:app)?\.com/api/webhooks/\d{17,20}/[A-Za-z0-9_-]{60,}",
    "Docker Hub": r"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{27,}",
    "Doppler": r"\bdp\.(?:pt|st|ct|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}\b",
    "Dropbox": r"\bsl\.[A-Za-z0-9_-]{130,}",
    "Duffel": r"\bduffel_(?:test|live)_[A-Za-z0-9_-]{43}",
    "Dynatrace": r"\bdt0[a-z]\d{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}\b",
    "EasyPost": r"\bEZ[AT]K[A-Za-z0-9]{54}\b",
    "Figma": r"\bfigd_[A-Za-z0-9_-]{40}",
    "Flutterwave": r"\bFLWSECK(?:_TEST)?-[a-f0-9]{32}-X\b",
    "Fly.io": r"\bFlyV1 fm\d_[A-Za-z0-9+/=]{40,}|\bfo1_[A-Za-z0-9_-]{43}",
    "Frame.io": r"\bfio-u-[A-Za-z0-9_-]{64}",
    "GitHub": r"\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b",
    "GitLab": r"\bgl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-[A-Za-z0-9_-]{20,}",
    "Google": r"\bAIza[A-Za-z0-9_-]{35}",
    "Google OAuth": r"\bGOCSPX-[A-Za-z0-9_-]{28}|\bya29\.[A-Za-z0-9_-]{30,}",
    "Grafana": r"\bgl(?:sa_[A-Za-z0-9]{32}_[a-f0-9]{8}|c_[A-Za-z0-9+/]{32,}={0,2})",
    "Groq": r"\bgsk_[A-Za-z0-9]{52}\b",
    "HashiCorp Terraform": r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}",
    "HashiCorp Vault": r"\bhv[bsr]\.[A-Za-z0-9_-]{24,}",
    "Heroku": r"\bHRKU-[A-Za-z0-9_-]{58,}",
    "HubSpot": r"\bpat-(?:na|eu)\d-[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}\b",
    "Hugging Face": r"\bhf_[A-Za-z]{34,}\b|\bapi_org_[A-Za-z]{34}\b",
    "Infracost": r"\bico-[A-Za-z0-9]{32}\b",
    "Intercom": r"\bdG9r[A-Za-z0-9_=-]{56,}",
    "JFrog": r"\bAKCp[A-Za-z0-9]{69}\b|\bcmVmd[A-Za-z0-9]{59}\b",
    "Linear": r"\blin_(?:api|oauth)_[A-Za-z0-9]{40,64}\b",
    "LangSmith": r"\blsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}\b",
    "Mailgun": r"\bkey-[a-f0-9]{32}\b",
    "Mapbox": r"\bsk\.eyJ[A-Za-z0-9_-]{50,}\.[A-Za-z0-9_-]{20,}",
    "Netlify": r"\bnfp_[A-Za-z0-9]{36}\b",
    "New Relic": r"\bNRAK-[A-Z0-9]{27}\b|\bNRII-[A-Za-z0-9_-]{32}",
    "Notion": r"\b(?:secret_[A-Za-z0-9]{43}|ntn_[A-Za-z0-9]{46})\b",
    "npm": r"\bnpm_[A-Za-z0-9]{36}\b",
    "OpenAI": r"\bsk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,}|[A-Za-z0-9]{20}T3BlbkFJ\w{20})",
    "OpenRouter": r"\bsk-or-v1-[a-f0-9]{64}\b",
    "Perplexity": r"\bpplx-[A-Za-z0-9]{48}\b",
    "PlanetScale": r"\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,64}",
    "Postman": r"\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b",
    "Prefect": r"\bpn[ub]_[A-Za-z0-9]{36}\b",
    "Private key": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----",
    "Pulumi": r"\bpul-[a-f0-9]{40}\b",
    "PyPI": r"\bpypi-AgE[A-Za-z0-9_-]{50,}",
    "Razorpay": r"\brzp_live_[A-Za-z0-9]{14}\b",
    "ReadMe": r"\brdme_[a-z0-9]{70}\b",
    "Replicate": r"\br8_[A-Za-z0-9]{37}\b",
    "RubyGems": r"\brubygems_[a-f0-9]{48}\b",
    "Sendgrid": r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}",
    "Sentry": r"\bsntr(?:ys_eyJ[A-Za-z0-9+/=_-]{40,}|yu_[a-f0-9]{64})",
    "Shippo": r"\bshippo_(?:live|test)_[a-f0-9]{40}\b",
    "Shopify": r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b",
    "Slack": r"\bxox[abeoprs]-[A-Za-z0-9-]{20,}|\bxapp-\d-[A-Z0-9]+-\d+-[a-z0-9]{30,}",
    "Slack webhook": r"hooks\.slack\.com/(?:services|workflows)/T[A-Z0-9]{8,}/[A-Za-z0-9_/]{20,}",
    "SonarQube": r"\bsq[uap]_[a-f0-9]{40}\b",
    "Square": r"\bEAAA[A-Za-z0-9_-]{60}|\bsq0(?:atp-[A-Za-z0-9_-]{22}|csp-[A-Za-z0-9_-]{43})",
    "Stripe": r"\b[rs]k_(?:live|test|prod)_[A-Za-z0-9]{24,}\b|\bwhsec_[A-Za-z0-9+/]{32,}",
    "Supabase": r"\bsb(?:p_[a-f0-9]{40}|_secret_[A-Za-z0-9_-]{31})\b",
    "Tailscale": r"\btskey-[a-z]+-[A-Za-z0-9]{8,}-[A-Za-z0-9]{20,}",
    "Telegram": r"(?<!\d)\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])",
    "Tencent Cloud": r"\bAKID[A-Za-z0-9]{32}\b",
    "Twilio": r"\bSK[a-f0-9]{32}\b",
    "Typeform": r"\btfp_[A-Za-z0-9_.=-]{59,}",
    "Vercel": r"\bvc[pikar]_[A-Za-z0-9]{56}\b",
    "xAI": r"\bxai-[A-Za-z0-9]{70,}\b",
    "Yandex Cloud": r"\b(?:AQVN[A-Za-z0-9_-]{35,38}|YC[a-zA-Z0-9_-]{38})",
    "Zuplo": r"\bzpka_[a-z0-9]{32}_[a-f0-9]{8}\b",
}
# Of detect-secrets, those that know a vendor's shape which is not above.
_PLUGINS = (
    *("ArtifactoryDetector", "AzureStorageKeyDetector", "CloudantDetector"),
    *("DiscordBotTokenDetector", "IbmCloudIamDetector", "IbmCosHmacDetector", "MailchimpDetector"),
    *("PypiTokenDetector", "SoftlayerDetector", "SquareOAuthDetector"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A key: where it is, whose it is, and the SHA-1 that a baseline names it by."""

    file: str
    line: int
    vendor: str
    sha1: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: a key of {self.vendor} (hashed_secret {self.sha1})"


def refuse_secrets(files: Mapping[str, bytes], allowed: Collection[tuple[str, str]]) -> None:
    """Raises SecretFound where a file holds a key that is not allowed, WorkspaceInvalid for one
    that is too large to be searched whole.

    Args:
        files: contents by path in the repository.
        allowed: pairs of path and SHA-1, of `read_baseline`.
    """
    if large := [name for name, data in files.items() if len(data) > _FILE_BYTES]:
        why = f"{large[0]} is larger than the {_FILE_BYTES:,} bytes in which keys are looked for"
        raise WorkspaceInvalid(why, next_step="keep it out of the feature's folder")
    found = [
        one
        for name, data in files.items()
        for one in find_secrets(name, data.decode("utf-8", "replace"))
        if (one.file, one.sha1) not in allowed
    ]
    if found:
        raise SecretFound(
            f"{found[0].file}, line {found[0].line}, holds a key of {found[0].vendor}",
            evidence=[str(one) for one in found],
            next_step="read it from the environment instead, and revoke a real one; a false alarm "
            f"is allowed by its hashed_secret in {BASELINE}, committed",
        )


def read_baseline(text: str) -> set[tuple[str, str]]:
    """The pairs of path and SHA-1 that a `.secrets.baseline` allows; none where it is damaged."""
    with contextlib.suppress(ValueError, TypeError, AttributeError, KeyError):
        results = json.loads(text)["results"]
        return {(name, one["hashed_secret"]) for name, found in results.items() for one in found}
    return set()


def find_secrets(name: str, text: str) -> list[Finding]:
    """The keys in a file, one a line and vendor, in the file's order."""
    found: dict[tuple[int, str], Finding] = {}
    for line, piece in _pieces(name, text):
        for plain in _decoded(piece, _DEPTH):
            for vendor, secret in _matches(plain):
                sha1 = hashlib.sha1(secret.encode(), usedforsecurity=False).hexdigest()
                found.setdefault((line, sha1), Finding(name, line, vendor, sha1))
    return sorted(found.values(), key=lambda one: one.line)


def mask_secrets(text: str) -> str:
    """The text with a sign in place of each key that one of the patterns matches."""
    text = _KEY_BLOCK.sub("…", text)
    for _, pattern in _patterns():
        text = pattern.sub("…", text)
    return text


def _pieces(name: str, text: str) -> Iterator[tuple[int, str]]:
    """What is looked into, each with its line number: lines, and constants as they are made."""
    yield from enumerate(text.splitlines(), 1)
    if "\\\n" in text:
        yield 1, text.replace("\\\n", "")
    if name.endswith(".py"):
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            yield from _constants(ast.parse(text))


def _constants(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The texts that expressions of constants make."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value = _folded(node.value, names)
            if value is not None:
                names[node.targets[0].id] = value
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            made = _folded(node, names)
            if made:
                yield node.lineno, made


def _folded(node: ast.expr, names: Mapping[str, str]) -> str | None:
    """The text that an expression makes, None where it is none of constants alone."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Constant(value=bytes(data)):
            return data.decode("latin-1")
        case ast.Name(id=name):
            return names.get(name)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _joined([left, right], names)
        case ast.JoinedStr(values=values):
            return _joined(values, names)
        case ast.FormattedValue(value=value):
            return _folded(value, names)
        case ast.Call(func=ast.Attribute(attr="join", value=between), args=[several]):
            if isinstance(several, ast.List | ast.Tuple):
                separator = _folded(between, names)
                parts = [_folded(one, names) for one in several.elts]
                if separator is not None:
                    return _bounded(parts, separator)
        case ast.Subscript(value=value, slice=ast.Slice(lower=None, upper=None, step=step)):
            forwards = _folded(value, names)
            backwards = step is not None and ast.unparse(step) == "-1"
            return forwards[::-1] if forwards is not None and backwards else None
    return None


def _joined(parts: list[ast.expr], names: Mapping[str, str]) -> str | None:
    return _bounded([_folded(one, names) for one in parts])


def _bounded(parts: list[str | None], between: str = "") -> str | None:
    """The parts as one text; None where one is unknown, or they are too long for a key."""
    texts = [part for part in parts if part is not None]
    size = sum(map(len, texts)) + len(between) * len(texts)
    return None if len(texts) < len(parts) or size > _MADE_CHARS else between.join(texts)


def _decoded(text: str, depth: int) -> Iterator[str]:
    """The text, and what Base64 and hexadecimal digits in it stand for."""
    yield text
    if not depth:
        return
    for match in _ENCODED.finditer(text):
        digits = match.group().rstrip("=").replace("-", "+").replace("_", "/")
        with contextlib.suppress(binascii.Error):
            yield from _plain(base64.b64decode(digits + "=" * (-len(digits) % 4)), depth)
    for match in _HEX.finditer(text):
        yield from _plain(bytes.fromhex(match.group()), depth)


def _plain(data: bytes, depth: int) -> Iterator[str]:
    if data.isascii() and data.decode().replace("\n", "").isprintable():
        yield from _decoded(data.decode(), depth - 1)


def _matches(text: str) -> Iterator[tuple[str, str]]:
    for vendor, pattern in _patterns():
        for match in pattern.finditer(text):
            yield vendor, next((group for group in match.groups() if group), match.group())


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Every vendor's patterns; detect-secrets takes a moment to import."""
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    plugins: Iterable[Any] = get_mapping_from_secret_type_to_class().values()
    of_library = [
        (plugin.secret_type, pattern)
        for plugin in plugins
        if plugin.__name__ in _PLUGINS
        for pattern in plugin().denylist
    ]
    own = [(vendor, re.compile(pattern)) for vendor, pattern in _VENDORS.items()]
    return (*own, *of_library)
