"""Keys of known vendors reach no commit; made from their shapes, so that none stands in a file."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import string
from typing import Any

import pytest

from provisioner.errors import SecretFound, WorkspaceInvalid
from provisioner.git.records import make_change
from provisioner.git.repository import open_repository
from provisioner.git.secrets import find_secrets, mask_secrets

LOWER, UPPER, DIGITS = string.ascii_lowercase, string.ascii_uppercase, string.digits
WORD = LOWER + UPPER + DIGITS
HEX, BASE32 = DIGITS + "abcdef", UPPER + "234567"
#: Vendor: the parts of a key, each a prefix or an alphabet with a length.
SHAPES: dict[str, tuple[str | tuple[str, int], ...]] = {
    "adafruit": ("aio_", (WORD, 28)),
    "age": ("AGE-SECRET-KEY-1", (DIGITS + UPPER, 58)),
    "airtable": ("pat", (WORD, 14), ".", (HEX, 64)),
    "alibaba": ("LTAI", (WORD, 20)),
    "anthropic": ("sk-ant-api03-", (WORD, 93), "AA"),
    "atlassian": ("ATATT3", (WORD, 186)),
    "aws": ("AKIA", (BASE32, 16)),
    "aws session": ("ASIA", (BASE32, 16)),
    "aws secret": ("aws_secret_access_key = ", (WORD, 40)),
    "azure client": ((WORD, 3), "8Q~", (WORD, 34)),
    "azure storage": ("AccountKey=", (WORD, 86), "=="),
    "azure sas": ("?sv=2024&sig=", (WORD, 43), "%3D"),
    "brevo": ("xkeysib-", (HEX, 64), "-", (WORD, 16)),
    "buildkite": ("bkua_", (HEX, 40)),
    "circleci": ("CCIPAT_", (WORD, 22), "_", (HEX, 40)),
    "contentful": ("CFPAT-", (WORD, 43)),
    "databricks": ("dapi", (HEX, 32)),
    "digitalocean": ("dop_v1_", (HEX, 64)),
    "discord webhook": ("https://discord.com/api/webhooks/", (DIGITS, 18), "/", (WORD, 68)),
    "docker": ("dckr_pat_", (WORD, 27)),
    "doppler": ("dp.pt.", (WORD, 43)),
    "dropbox": ("sl.", (WORD, 136)),
    "duffel": ("duffel_live_", (WORD, 43)),
    "dynatrace": ("dt0c01.", (UPPER + DIGITS, 24), ".", (UPPER + DIGITS, 64)),
    "easypost": ("EZAK", (WORD, 54)),
    "figma": ("figd_", (WORD, 40)),
    "flutterwave": ("FLWSECK-", (HEX, 32), "-X"),
    "fly": ("fo1_", (WORD, 43)),
    "frame.io": ("fio-u-", (WORD, 64)),
    "github": ("ghp_", (WORD, 36)),
    "github app": ("ghs_", (WORD, 36)),
    "github fine": ("github_pat_", (WORD, 22), "_", (WORD, 59)),
    "gitlab": ("glpat-", (WORD, 20)),
    "gitlab runner": ("glrt-", (WORD, 20)),
    "google": ("AIza", (WORD, 35)),
    "google client": ("GOCSPX-", (WORD, 28)),
    "grafana": ("glsa_", (WORD, 32), "_", (HEX, 8)),
    "groq": ("gsk_", (WORD, 52)),
    "terraform": ((WORD, 14), ".atlasv1.", (WORD, 64)),
    "vault": ("hvs.", (WORD, 90)),
    "heroku": ("HRKU-", (WORD, 60)),
    "hubspot": ("pat-na1-", (HEX, 8), "-", (HEX, 4), "-", (HEX, 4), "-", (HEX, 4), "-", (HEX, 12)),
    "hugging face": ("hf_", (LOWER + UPPER, 34)),
    "infracost": ("ico-", (WORD, 32)),
    "jfrog": ("AKCp", (WORD, 69)),
    "langsmith": ("lsv2_pt_", (HEX, 32), "_", (HEX, 10)),
    "linear": ("lin_api_", (WORD, 40)),
    "mailchimp": ((HEX, 32), "-us12"),
    "mailgun": ("key-", (HEX, 32)),
    "mapbox": ("sk.eyJ", (WORD, 60), ".", (WORD, 22)),
    "netlify": ("nfp_", (WORD, 36)),
    "new relic": ("NRAK-", (UPPER + DIGITS, 27)),
    "notion": ("ntn_", (WORD, 46)),
    "npm": ("npm_", (WORD, 36)),
    "openai": ("sk-proj-", (WORD, 74), "T3BlbkFJ", (WORD, 74)),
    "openai old": ("sk-", (WORD, 20), "T3BlbkFJ", (WORD, 20)),
    "openrouter": ("sk-or-v1-", (HEX, 64)),
    "perplexity": ("pplx-", (WORD, 48)),
    "planetscale": ("pscale_tkn_", (WORD, 43)),
    "postman": ("PMAK-", (HEX, 24), "-", (HEX, 34)),
    "prefect": ("pnu_", (WORD, 36)),
    "private key": ("-----BEGIN RSA ", "PRIVATE KEY-----"),
    "ssh key": ("-----BEGIN OPENSSH ", "PRIVATE KEY-----"),
    "pulumi": ("pul-", (HEX, 40)),
    "pypi": ("pypi-AgEIcHlwaS5vcmc", (WORD, 80)),
    "razorpay": ("rzp_live_", (WORD, 14)),
    "readme": ("rdme_", (LOWER + DIGITS, 70)),
    "replicate": ("r8_", (WORD, 37)),
    "rubygems": ("rubygems_", (HEX, 48)),
    "sendgrid": ("SG.", (WORD, 22), ".", (WORD, 43)),
    "sentry": ("sntrys_eyJ", (WORD, 60)),
    "shippo": ("shippo_live_", (HEX, 40)),
    "shopify": ("shpat_", (HEX, 32)),
    "slack": ("xoxb-", (DIGITS, 12), "-", (DIGITS, 12), "-", (WORD, 24)),
    "slack app": ("xapp-1-", (UPPER + DIGITS, 11), "-", (DIGITS, 13), "-", (HEX, 64)),
    "slack webhook": ("https://hooks.slack.com/services/T", (UPPER + DIGITS, 9), "/B", (WORD, 32)),
    "sonarqube": ("squ_", (HEX, 40)),
    "square": ("EAAA", (WORD, 60)),
    "stripe": ("sk_live_", (WORD, 24)),
    "stripe restricted": ("rk_live_", (WORD, 24)),
    "stripe webhook": ("whsec_", (WORD, 32)),
    "supabase": ("sbp_", (HEX, 40)),
    "tailscale": ("tskey-auth-", (WORD, 12), "-", (WORD, 32)),
    "telegram": ((DIGITS[1:], 10), ":AA", (WORD, 33)),
    "tencent": ("AKID", (WORD, 32)),
    "twilio": ("SK", (HEX, 32)),
    "typeform": ("tfp_", (WORD, 59)),
    "vercel": ("vcp_", (WORD, 56)),
    "xai": ("xai-", (WORD, 80)),
    "yandex": ("AQVN", (WORD, 36)),
    "zuplo": ("zpka_", (LOWER + DIGITS, 32), "_", (HEX, 8)),
}


def key_of(vendor: str) -> str:
    source = random.Random(vendor)
    parts = (
        part if isinstance(part, str) else "".join(source.choices(part[0], k=part[1]))
        for part in SHAPES[vendor]
    )
    return "".join(parts)


def halves(key: str) -> tuple[str, str]:
    return key[: len(key) // 2], key[len(key) // 2 :]


#: How a key stands in a file of Python, or of something else.
WAYS = {
    "plain": ("main.py", lambda key: f"KEY = {key!r}\n"),
    "comment": ("main.py", lambda key: f"x = 1  # {key}\n"),
    "docs": ("README.md", lambda key: f"Use `{key}` to try it.\n"),
    "sum": ("main.py", lambda key: "KEY = {!r} + {!r}\n".format(*halves(key))),
    "beside": ("main.py", lambda key: "KEY = ({!r}\n       {!r})\n".format(*halves(key))),
    "join": ("main.py", lambda key: f"KEY = ''.join({list(key)!r})\n"),
    "names": (
        "main.py",
        lambda key: "A = {!r}\nB = {!r}\nKEY = f'{{A}}{{B}}'\n".format(*halves(key)),
    ),
    "bytes": ("main.py", lambda key: f"KEY = {key.encode()!r}\n"),
    "backwards": ("main.py", lambda key: f"KEY = {key[::-1]!r}[::-1]\n"),
    "base64": ("main.py", lambda key: f"KEY = {base64.b64encode(key.encode()).decode()!r}\n"),
    "twice": (
        "main.py",
        lambda key: f"K = {base64.b64encode(base64.b64encode(key.encode())).decode()!r}\n",
    ),
    "hex": ("config.yaml", lambda key: f"key: {key.encode().hex()}\n"),
    "continued": ("run.sh", lambda key: "export KEY={}\\\n{}\n".format(*halves(key))),
    "split base64": (
        "main.py",
        lambda key: "KEY = {!r} + {!r}\n".format(*halves(base64.b64encode(key.encode()).decode())),
    ),
}


def test_there_are_a_hundred_keys_and_more() -> None:
    assert len(SHAPES) * len(WAYS) >= 1_000
    assert len(SHAPES) >= 90


@pytest.mark.parametrize("way", WAYS)
def test_a_key_is_found_however_it_is_written(way: str) -> None:
    name, write = WAYS[way]
    missed = [vendor for vendor in SHAPES if not find_secrets(name, write(key_of(vendor)))]
    assert missed == []


@pytest.mark.parametrize(
    "text",
    [
        "password = 'correct horse battery staple'\n",
        "TOKEN = os.environ['GITHUB_TOKEN']\n",
        f"DIGEST = {hashlib.sha256(b'x').hexdigest()!r}\n",
        "ID = '123e4567-e89b-12d3-a456-426614174000'\n",
        "URL = 'postgresql://user:pass@localhost/orders'\n",
        "skip-ant-hill task-force risk_live_show\n",
        "eyJhbGciOiJIUzI1NiJ9 is how a token begins\n",
        f"LOGO = {base64.b64encode(bytes(range(256))).decode()!r}\n",
    ],
)
def test_what_is_no_key_is_none(text: str) -> None:
    assert find_secrets("main.py", text) == []


def test_names_that_double_are_not_followed_without_end() -> None:
    doubled = "".join(f"a{n + 1} = a{n} + a{n}\n" for n in range(64))
    key = key_of("github")
    assert find_secrets("main.py", f"a0 = 'x'\n{doubled}K = {key!r}\n")


def test_a_finding_says_where_and_not_what() -> None:
    key = key_of("stripe")
    [found] = find_secrets("main.py", f"x = 1\n\nKEY = {key!r}\n")
    assert (found.line, found.vendor) == (3, "Stripe")
    assert key not in str(found)
    assert key not in mask_secrets(f"failed with {key}")


def change(data: bytes, message: str = "feat(orders): add orders") -> Any:
    return make_change(
        folder="behaviors/orders", files={"main.py": data}, message=message, effect_key="k"
    )


async def test_a_key_stops_the_commit_unless_the_repository_allows_it(mine: Any) -> None:
    key = key_of("github")
    asked = change(f"KEY = {key!r}\n".encode())
    repository = await open_repository(mine.path)
    with pytest.raises(SecretFound, match=r"behaviors/orders/main\.py, line 1") as caught:
        await repository.refuse_secrets(asked)
    assert key not in " ".join([str(caught.value), *caught.value.evidence])
    sha1 = hashlib.sha1(key.encode()).hexdigest()
    found = [{"type": "GitHub", "hashed_secret": sha1, "line_number": 1}]
    baseline = json.dumps({"version": "1.5.0", "results": {"behaviors/orders/main.py": found}})
    mine.write(".secrets.baseline", baseline)
    with pytest.raises(SecretFound):
        await repository.refuse_secrets(asked)  # allowed is what is committed
    mine.commit(".secrets.baseline", baseline)
    await repository.refuse_secrets(asked)


@pytest.mark.parametrize("comment", ["pragma: allowlist secret", "noqa", "nosec"])
async def test_a_comment_of_the_code_allows_nothing(mine: Any, comment: str) -> None:
    repository = await open_repository(mine.path)
    with pytest.raises(SecretFound):
        await repository.refuse_secrets(change(f"KEY = {key_of('npm')!r}  # {comment}\n".encode()))


async def test_a_key_in_the_message_is_one_too(mine: Any) -> None:
    repository = await open_repository(mine.path)
    with pytest.raises(SecretFound, match="the commit's message"):
        await repository.refuse_secrets(change(b"x = 1\n", f"feat: use {key_of('slack')}"))


async def test_a_file_is_searched_to_its_end_or_not_committed(mine: Any) -> None:
    repository = await open_repository(mine.path)
    far = "# long\n" * 200_000 + f"KEY = {key_of('npm')!r}\n"
    with pytest.raises(SecretFound, match="line 200001"):
        await repository.refuse_secrets(change(far.encode()))
    with pytest.raises(WorkspaceInvalid, match=r"behaviors/orders/main\.py is larger"):
        await repository.refuse_secrets(change(b"#\n" * (5 << 20)))
