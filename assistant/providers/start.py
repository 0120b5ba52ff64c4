"""Start of the providers, once before the first request: checked and imported.

The list of models proves that a provider answers and takes the key, and costs nothing. It does
not prove the quota, so the first real call is still a probe.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pydantic import TypeAdapter

from assistant.calls.classify import Finding, classify
from assistant.calls.router import Router
from assistant.config import StartCheckSettings
from assistant.providers.chat import ChatProvider

DISABLING = ("bad_key", "permission", "quota", "unreachable", "connection")
"""Failures that exclude a provider from the run; a time-out or an overload may pass."""

_log = logging.getLogger(__name__)
_imports: set[asyncio.Future[None]] = set()  # under way, kept from the garbage collector


async def start_providers(router: Router, cache: Path | None) -> None:
    """Check all providers and import the first one's package, beside each other.

    Where there is one provider alone its first call tells as much as a check would.
    """
    providers = [one for one in router.providers.values() if isinstance(one, ChatProvider)]
    if not providers:
        return
    first = asyncio.ensure_future(_import(router, providers[:1]))
    if router.settings.start_checks.enabled and len(providers) > 1:
        found = await check_all(providers, router.settings.start_checks, cache)
        for provider, finding in zip(providers, found, strict=True):
            _heed(router, provider, finding)
    await first
    # Behind the first call, so that failing over to another vendor does not wait for an import.
    rest = asyncio.ensure_future(_import(router, providers[1:]))
    _imports.add(rest)
    rest.add_done_callback(_imports.discard)


async def check_all(
    providers: Sequence[ChatProvider],
    settings: StartCheckSettings,
    cache: Path | None = None,
    *,
    clock: Callable[[], float] = time.time,
) -> list[Finding | None]:
    """What is wrong with each provider, asked side by side within ``settings.seconds`` together.

    The cache remembers good answers; it holds hashes of endpoints and times, never a key.
    """
    now = clock()
    known = {
        name: at for name, at in _read(cache).items() if 0 <= now - at < settings.cache_seconds
    }

    async def check(provider: ChatProvider) -> Finding | None:
        if _fingerprint(provider) in known:
            return None
        found = await provider.list_models(settings.seconds)
        return found if isinstance(found, Finding) else None

    found = await asyncio.gather(*map(check, providers))
    good = [_fingerprint(one) for one, bad in zip(providers, found, strict=True) if not bad]
    _write(cache, {one: known.get(one, now) for one in good})
    return found


def _heed(router: Router, provider: ChatProvider, finding: Finding | None) -> None:
    if finding and finding.kind in DISABLING:
        router.disable(provider.name, provider.error(finding))
        return
    if finding:
        _log.warning("at the start: %s", provider.error(finding))
    router.breakers[provider.name].probe_first()


async def _import(router: Router, providers: Sequence[ChatProvider]) -> None:
    for provider in providers:
        try:
            await provider.warm_up()
        except ImportError as error:
            router.disable(provider.name, provider.error(classify(error)))


def _fingerprint(provider: ChatProvider) -> str:
    asked = [provider.base_url, provider.models_path, provider.headers()]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]


def _read(cache: Path | None) -> dict[str, float]:
    try:
        return TypeAdapter(dict[str, float]).validate_json(cache.read_bytes()) if cache else {}
    except (OSError, ValueError):
        return {}


def _write(cache: Path | None, known: Mapping[str, float]) -> None:
    # A cache that cannot be kept costs the next run two seconds at most.
    with contextlib.suppress(OSError):
        if cache:
            cache.write_text(json.dumps(known), "utf-8")
