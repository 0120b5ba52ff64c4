"""Start of the providers, once before the first request: checked and imported."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from pathlib import Path

from assistant.calls.router import Router
from assistant.config import StartCheckSettings
from assistant.errors import ProviderRejected
from assistant.providers.chat import ChatProvider
from assistant.providers.connect import check_all
from assistant.request import Provider

_CACHE = "start-checks.json"

_log = logging.getLogger(__name__)


class ProviderStart:
    """ProviderStart checks and vendors' imports, beside each other.

    Args:
        providers: by preference; the offline model needs neither.
        router: where providers that do not answer are disabled.
        state_dir: where good answers are remembered.
    """

    def __init__(
        self,
        providers: Sequence[Provider],
        router: Router,
        settings: StartCheckSettings,
        state_dir: Path | None,
    ) -> None:
        self._providers = [one for one in providers if isinstance(one, ChatProvider)]
        self._router = router
        self._settings = settings
        self._cache = state_dir / _CACHE if state_dir else None
        self._loading_rest: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Check all providers and load the first one's package.

        Where there is one provider alone its first call tells as much as a check would.
        """
        if not self._providers:
            return
        loading = asyncio.ensure_future(self._providers[0].warm_up())
        if self._settings.enabled and len(self._providers) > 1:
            await self._check()
        await self._loaded(self._providers[0], loading)
        # Behind the first call, so that failing over to another vendor does not wait for an import.
        self._loading_rest = asyncio.ensure_future(self._load_rest())

    async def _load_rest(self) -> None:
        for provider in self._providers[1:]:
            await self._loaded(provider, provider.warm_up())

    async def _loaded(self, provider: ChatProvider, loading: Awaitable[None]) -> None:
        try:
            await loading
        except ProviderRejected as error:
            self._router.disable(provider.name, error)

    async def _check(self) -> None:
        for check in await check_all(self._providers, self._settings, self._cache):
            breaker = self._router.breakers[check.provider.name]
            if check.finding is None:
                breaker.probe_first()
                continue
            error = check.provider.error(check.finding, "")
            if check.disables:
                self._router.disable(check.provider.name, error)
            else:
                _log.warning("at the start: %s", error)
                breaker.probe_first()
