"""Keeping keys out of whatever is said: exactly where a key is known, by its looks elsewhere."""

from __future__ import annotations

import re

_PREFIXED = re.compile(
    r"(sk-|key-|AIza|Bearer\s+|lsv2_|x-api-key[:=]\s*)[A-Za-z0-9_\-*.]{4,}", re.IGNORECASE
)
# Longer than a word of a configuration, and mostly with a digit: a key in the wrong place.
_TOKEN = re.compile(r"(?=[\w.-]*\d)(?=[\w.-]*[a-z])[\w.-]{12,}|[a-z_-]{24,}", re.IGNORECASE)
_SHORTEST_KEY = 6  # characters; a placeholder such as "none" is in every text


def masked(text: str, limit: int = 300, *, secret: str = "") -> str:
    """One line of at most ``limit`` characters without keys; ``secret`` is one that is known."""
    if len(secret) >= _SHORTEST_KEY:
        text = text.replace(secret, "…")
    return _PREFIXED.sub(r"\1…", " ".join(text.split()))[:limit]


def quoted(value: object, limit: int = 60) -> str:
    """A wrong value as a message may quote it: short, and without what might be a key."""
    text = masked(repr(value), limit=500)
    text = re.sub(r"//[^/@\s]*@", "//…@", text)
    text = re.sub(r"([?&#][\w-]*=?)[^'\"&\s]+", r"\1…", text)
    text = _TOKEN.sub("…", text)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
