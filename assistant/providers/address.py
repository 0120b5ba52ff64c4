"""Addresses of model servers."""

from __future__ import annotations

from urllib.parse import urlsplit


def checked_url(value: str) -> str:
    """Check a server's address and strip the slash at its end.

    Raises:
        ValueError: it is none, or holds what only a key would be; the value is not repeated.
    """
    try:
        parts = urlsplit(value)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine or not value.isprintable() or " " in value:
        raise ValueError("no URL such as https://host:port/v1")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError(
            "keys do not belong into a URL; put the key into the variable that api_key_env names"
        )
    return value.rstrip("/")
