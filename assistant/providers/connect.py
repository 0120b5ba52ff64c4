"""ProviderStart checks: does a provider answer, and does it take the key?

The list of models proves the key and costs nothing. It does not prove the quota, so the first
real call is still a probe.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.calls.classify import Finding, classify
from assistant.calls.dialects import Kind
from assistant.config import StartCheckSettings
from assistant.providers.chat import ChatProvider
from assistant.providers.transport import tls

_LISTING_BYTES = 5_000_000
_NO_LISTING = (404, 405, 501)  # reachable, but it lists nothing, as small local servers do

DISABLING: tuple[Kind, ...] = (
    "bad_key",
    "permission",
    "quota",
    "unreachable",
    "connection",
)
"""Failures that exclude a provider from the run; a time-out or an overload may pass."""


@dataclass(frozen=True, slots=True)
class Check:
    """Result of a provider's start check.

    Attributes:
        finding: what is wrong, None where it answered.
    """

    provider: ChatProvider
    finding: Finding | None

    @property
    def disables(self) -> bool:
        return self.finding is not None and self.finding.kind in DISABLING


class _Refused(Exception):
    """A list of models that was not given, as :func:`classify` reads it."""

    def __init__(self, response: Any, body: Any) -> None:
        super().__init__(f"status {response.status_code}")
        self.response = response
        self.body = body


async def list_models(provider: ChatProvider, seconds: float) -> tuple[str, ...] | Finding:
    """The models that a provider names, empty where it keeps no list; or what is wrong."""
    import httpx

    url, headers = provider.listing()
    try:
        async with (
            asyncio.timeout(seconds),
            httpx.AsyncClient(timeout=seconds, verify=tls()) as client,
            client.stream("GET", url, headers=headers) as response,
        ):
            text = b""
            async for chunk in response.aiter_bytes():
                text += chunk
                if len(text) > _LISTING_BYTES:
                    break
        body = _parsed(text)
        if response.status_code in _NO_LISTING:
            return ()
        if response.status_code >= 400:
            raise _Refused(response, body)
    except (httpx.RemoteProtocolError, httpx.ReadError) as error:
        # The server is there and lists no models; the first call shows whether it answers.
        return replace(classify(error, provider.endpoint.key), kind="garbage")
    except (httpx.HTTPError, OSError, TimeoutError, _Refused) as error:
        return classify(error, provider.endpoint.key)
    return tuple(_names(body))


async def check_all(
    providers: Sequence[ChatProvider],
    settings: StartCheckSettings,
    cache: Path | None = None,
    *,
    clock: Callable[[], float] = time.time,
) -> tuple[Check, ...]:
    """Ask all providers side by side, within ``settings.seconds`` together.

    Args:
        cache: a file that remembers good answers for ``settings.cache_seconds``; it holds hashes
            of endpoints and times, never a key.
    """
    known = _read(cache)
    now = clock()

    async def check(provider: ChatProvider) -> Check:
        if 0 <= now - known.get(_fingerprint(provider), 0.0) < settings.cache_seconds:
            return Check(provider, None)
        found = await list_models(provider, settings.seconds)
        return Check(provider, found if isinstance(found, Finding) else None)

    checks = await asyncio.gather(*map(check, providers))
    if cache is not None:
        good = {
            _fingerprint(provider): known.get(_fingerprint(provider), now)
            for provider, result in zip(providers, checks, strict=True)
            if result.finding is None
        }
        _write(cache, {name: at for name, at in good.items() if now - at < settings.cache_seconds})
    return tuple(checks)


def _fingerprint(provider: ChatProvider) -> str:
    url, headers = provider.listing()
    return hashlib.sha256(json.dumps([url, headers]).encode()).hexdigest()[:16]


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _names(body: Any) -> list[str]:
    if not isinstance(body, dict):
        return []
    listed = body.get("data") or body.get("models")
    if not isinstance(listed, list):
        return []
    names = (one.get("id") or one.get("name") for one in listed if isinstance(one, dict))
    return [name.removeprefix("models/") for name in names if isinstance(name, str)]


def _read(cache: Path | None) -> dict[str, float]:
    if cache is None:
        return {}
    try:
        known = json.loads(cache.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {name: at for name, at in known.items() if isinstance(at, int | float)}


def _write(cache: Path, known: dict[str, float]) -> None:
    try:
        cache.write_text(json.dumps(known), encoding="utf-8")
    except OSError:
        return  # a cache that cannot be kept costs the next run two seconds at most
