"""Providers and the model client, built from settings and the environment.

The variables are named in :mod:`assistant.providers.credentials`.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from pydantic import SecretStr

from assistant.calls.client import ModelClient
from assistant.calls.router import Router
from assistant.calls.selection import ModelSelector, load_models
from assistant.config import TIERS, AssistantSettings, ProviderSettings, Tier
from assistant.cost.budget import LedgerCallLog, ReplayCallLog
from assistant.cost.pricing import OFFLINE, Prices, custom_prices
from assistant.errors import AssistantConfigError, NoProviderAvailable
from assistant.providers.credentials import VENDORS, find_base_url, find_key
from assistant.providers.offline import OfflineProvider
from assistant.providers.start import start_providers
from assistant.request import Provider
from ledger.database import Ledger

OFFLINE_MODEL = "offline model"
"""Its name for a person."""

_SWITCHED_OFF = "switched off"
_PLACEHOLDER = "none"  # a local server wants some key and looks at none

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ConfiguredProvider:
    """A provider that can be asked, and with which models."""

    provider: Provider
    models: Mapping[Tier, str]
    address: str = ""  # its base URL; "" for the offline model
    shown: str = OFFLINE_MODEL  # for a person, with the address where it is one's own

    @property
    def name(self) -> str:
        return self.provider.name


@dataclass(frozen=True, slots=True)
class Providers:
    """The providers that can be asked, best first, and the reasons for those that cannot."""

    configured: tuple[ConfiguredProvider, ...]
    left_out: tuple[str, ...]

    def __str__(self) -> str:
        """Name the model that answers, in one line: ``offline model (no key found)``."""
        first, *others = (one.shown for one in self.configured)
        if first == OFFLINE_MODEL:
            return f"{first} ({'; '.join(self.left_out) or 'no key found'})"
        return f"{first}, where that fails {', then '.join(others)}" if others else first

    def prices(self, settings: AssistantSettings) -> Prices:
        """The prices of these providers' models; raises as :func:`custom_prices` does."""
        addresses = {one.name: one.address for one in self.configured}
        return Prices(custom_prices(settings), addresses=addresses)


class ProviderFactory:
    """Builds providers from settings and the environment, whose keys are kept in them alone.

    Raises:
        AssistantConfigError: models.yaml cannot be read or is wrong.
    """

    def __init__(self, settings: AssistantSettings, environ: Mapping[str, str]) -> None:
        self._settings = settings
        self._environ = environ
        self._models = load_models(settings.models_file)

    def providers(self) -> Providers:
        """Build the configured providers, the primary one first.

        Raises:
            AssistantConfigError: a key or an address is malformed, or ``primary`` is unknown.
            NoProviderAvailable: there is none, and the offline model is not allowed.
        """
        left_out: list[str] = []
        configured: list[ConfiguredProvider] = []
        for name in self._names():
            outcome = self._configure(name)
            if isinstance(outcome, ConfiguredProvider):
                configured.append(outcome)
            elif outcome:
                left_out.append(f"{name}: {outcome}")
                _log.warning("%s is left out: %s", name, outcome)
        # Where somebody configured one and cannot have it, the offline model is no silent
        # substitute.
        wanted = any(not one.endswith(_SWITCHED_OFF) for one in left_out) or bool(configured)
        offline = self._settings.allow_offline
        if offline == "always" or (offline == "auto" and not wanted):
            configured.append(ConfiguredProvider(OfflineProvider(), dict.fromkeys(TIERS, OFFLINE)))
        if not configured:
            variables = ", ".join(vendor.key for vendor in VENDORS.values())
            raise NoProviderAvailable(
                f"no model provider can be used{': ' if left_out else ''}{'; '.join(left_out)}. "
                f"Set one of {variables}, or OPENAI_BASE_URL for a local server, or let the "
                "offline model stand in with assistant.allow_offline: always",
                tuple(left_out),
            )
        return Providers(tuple(configured), tuple(left_out))

    def client(self, ledger: Ledger, *, state_dir: Path | None = None) -> ModelClient:
        """Build the model client of one run; raises as :meth:`providers` does.

        Good answers of the start checks are remembered in ``state_dir``.
        """
        settings, available = self._settings, self.providers()
        router = Router([one.provider for one in available.configured], settings)
        cache = state_dir / "start-checks.json" if state_dir else None
        options = {one.name: one.models for one in available.configured}
        return ModelClient(
            router,
            ModelSelector(self._models, options, router.excluded),
            LedgerCallLog(ledger, settings, available.prices(settings)),
            answers=str(available),
            prepare=functools.partial(start_providers, router, cache),
        )

    def _names(self) -> list[str]:
        """The primary provider, then the others as configured, then those of the environment."""
        primary = self._settings.primary
        known = dict.fromkeys([*self._settings.providers, *VENDORS])
        if primary and primary not in known:
            raise AssistantConfigError(
                f"assistant.primary: there is no provider {primary!r}; known are "
                + ", ".join(known)
            )
        return sorted(known, key=lambda name: name != primary)

    def _configure(self, name: str) -> ConfiguredProvider | str:
        """Return the provider, or why it is left out; "" where nobody asked for it."""
        settings, environ = self._settings, self._environ
        entry = settings.providers.get(name) or ProviderSettings()
        if not entry.enabled:
            return _SWITCHED_OFF
        kind = entry.kind or (VENDORS[name].kind if name in VENDORS else None)
        if kind is None:
            if not entry.base_url:
                raise AssistantConfigError(
                    f"assistant.providers.{name}: needs a kind, or the base_url of a server that "
                    "speaks OpenAI's format"
                )
            kind = "openai_compatible"
        vendor = VENDORS["openai" if kind == "openai_compatible" else kind]
        own = vendor if kind != "openai_compatible" else None
        base_url, named_by = find_base_url(name, entry, own, environ)
        variable, key = find_key(name, entry, own, settings, environ)
        if not key and base_url == vendor.base_url:
            missing = entry.api_key_env or vendor.key
            return f"{missing} is not set" if name in settings.providers else ""
        if find_spec(vendor.provider.package) is None:
            return f"needs a package: {vendor.provider.install}"
        model = entry.model or (environ.get(f"{kind.upper()}_MODEL", "") if own else "")
        is_own = base_url != vendor.base_url
        # Nobody said which model: where the server lacks the vendor's, one of its own is asked.
        discovers = is_own and not model and not entry.models
        provider = vendor.provider(
            name,
            SecretStr(key or _PLACEHOLDER),
            base_url,
            timeout=entry.timeout or settings.call_timeout_seconds,
            reply_bytes=settings.reply_bytes,
            stream=entry.stream,
            key_variable=variable,
            named_by=named_by,
            use_responses_api=entry.use_responses_api,
            max_tokens_parameter=entry.max_tokens_parameter,
            discovers=discovers,
        )
        models = _models(name, model, entry, self._models.vendors.get(kind, {}))
        what = "" if discovers else f" {models['standard']}"
        shown = f"{name}{what}{f' at {base_url}' if is_own else ''}"
        return ConfiguredProvider(provider, models, base_url, shown)


def replay_client(settings: AssistantSettings, ledger: Ledger) -> ModelClient:
    """A client that repeats the recorded answers of a run; others raise NoProviderAvailable."""
    router = Router([], settings)
    selector = ModelSelector(load_models(settings.models_file), {}, router.excluded)
    return ModelClient(router, selector, ReplayCallLog(ledger, settings, Prices()))


def _models(
    name: str, model: str, entry: ProviderSettings, defaults: Mapping[Tier, str]
) -> Mapping[Tier, str]:
    chosen = {**(dict.fromkeys(TIERS, model) if model else defaults), **entry.models}
    if missing := [tier for tier in TIERS if tier not in chosen]:
        raise AssistantConfigError(
            f"assistant.providers.{name}: give its model, or models for {', '.join(missing)}"
        )
    return chosen
