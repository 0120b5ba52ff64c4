"""Secrets out of a log's text, before it is shown, stored or sent."""

from __future__ import annotations

import re

_MARK = "…"
# A value is replaced, its name stays. Sources: the vendors' own documentation of their formats.
_SECRETS = (
    re.compile(
        r"\b(?:gh[opsur]_|github_pat_|glpat-|xox[abposr]-|npm_|pypi-|hf_|dop_v1_|SG\.)[\w.-]{10,}"
    ),
    re.compile(r"\b(?:sk|rk|pk)[-_](?:live|test|ant|proj)?[\w-]{12,}"),
    re.compile(r"\b(?:AKIA|ASIA|AIza)[\w-]{12,}"),
    re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?"),
    re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.{0,4000}"),
    re.compile(r"(?i)(?<=bearer )[\w.~+/=-]{8,}|(?<=basic )[\w+/=]{12,}"),
    re.compile(r"(?<=://)[^/\s:@]{0,100}:[^/\s@]{1,200}(?=@)"),
    re.compile(
        r"(?i)(?<=accountkey=)[\w+/=]{8,}|(?<=sharedaccesskey=)[\w+/=]{8,}|(?<=[?&]sig=)[\w%+/=-]{8,}"
    ),
    re.compile(
        r"(?i)(?P<name>[\w-]{0,40}(?:passw(?:or)?d|passwd|secret|token|api[_-]?key|access[_-]?key|credential)[\w-]{0,20}"
        r"[\"']?\s{0,3}[=:]\s{0,3}[\"']?)(?!\s)(?P<value>[^\s\"',;)}\]]{4,200})"
    ),
)
# Values that are none: words about secrets in messages.
_WORDS = re.compile(
    r"(?i)^(?:none|null|true|false|is|not|invalid|missing|expired|required|rejected|expected|unexpected|\W+|\*+)$"
)


def redacted(text: str) -> str:
    """The text without what has the form of a key, a token or a password."""
    for pattern in _SECRETS:
        if "value" in pattern.groupindex:
            text = pattern.sub(_kept_name, text)
        else:
            text = pattern.sub(_MARK, text)
    return text


def _kept_name(found: re.Match[str]) -> str:
    return found[0] if _WORDS.match(found["value"]) else f"{found['name']}{_MARK}"
