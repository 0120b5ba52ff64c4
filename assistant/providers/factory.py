"""Providers and the model client, built from settings and the environment.

The variables are named in :mod:`assistant.providers.credentials`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from assistant.calls.client import ModelClient
from assistant.calls.router import Router
from assistant.calls.selection import ModelOption, ModelSelector, load_models
from assistant.config import TIERS, AssistantSettings, ProviderKind, ProviderSettings, Tier
from assistant.cost.budget import LedgerCallLog
from assistant.cost.pricing import OFFLINE, Prices, custom_prices
from assistant.errors import AssistantConfigError, NoProviderAvailable
from assistant.providers.credentials import VENDORS, find_base_url, find_key
from assistant.providers.start import ProviderStart
from assistant.request import Provider
from ledger.database import Ledger

if TYPE_CHECKING:
    from assistant.providers.chat import Endpoint

OFFLINE_MODEL = "offline model"
"""Its name for a person."""

_USUAL: Tier = "standard"
_SWITCHED_OFF = "switched off"
_PLACEHOLDER = "none"  # a local server wants some key and looks at none

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ConfiguredProvider:
    """A provider that can be asked, and with which models.

    Attributes:
        address: its base URL; "" for the offline model.
        is_own: whether that is another one than the vendor's.
        discovers: nobody said which model; where the server lacks the ones of the vendor, one of
            its own is asked.
    """

    provider: Provider
    models: Mapping[Tier, str]
    address: str = ""
    is_own: bool = False
    discovers: bool = False

    @property
    def name(self) -> str:
        return self.provider.name

    def __str__(self) -> str:
        """For a person: ``openai gpt-6.1-terra``, with the address where it is one's own."""
        if not self.address:
            return OFFLINE_MODEL
        what = "" if self.discovers else f" {self.models[_USUAL]}"
        return f"{self.name}{what}{f' at {self.address}' if self.is_own else ''}"


@dataclass(frozen=True, slots=True)
class Providers:
    """The providers that can be asked, best first, and the reasons for those that cannot."""

    configured: tuple[ConfiguredProvider, ...]
    left_out: tuple[str, ...]

    def __str__(self) -> str:
        """Name the model that answers, in one line: ``offline model (no key found)``."""
        first, *others = map(str, self.configured)
        if first == OFFLINE_MODEL:
            return f"{first} ({'; '.join(self.left_out) or 'no key found'})"
        return f"{first}, where that fails {', then '.join(others)}" if others else first

    def prices(self, settings: AssistantSettings) -> Prices:
        """Return the prices of these providers' models.

        Raises:
            AssistantConfigError: see :func:`assistant.cost.pricing.custom_prices`.
        """
        addresses = {one.name: one.address for one in self.configured}
        return Prices(custom_prices(settings), addresses=addresses)


class ProviderFactory:
    """Builds providers from settings and the environment.

    Args:
        environ: keys and addresses; read here and kept in the providers alone.

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
            configured.append(_offline())
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
        """Build the model client of one run.

        Args:
            ledger: where calls and what they cost are recorded.
            state_dir: where the start checks' good answers are remembered; None forgets them.

        Raises:
            AssistantConfigError, NoProviderAvailable: see :meth:`providers`.
        """
        settings, available = self._settings, self.providers()
        providers = [one.provider for one in available.configured]
        router = Router(providers, settings)
        options = [ModelOption(one.name, one.models) for one in available.configured]
        return ModelClient(
            router,
            ModelSelector(self._models, options, router.excluded),
            LedgerCallLog(ledger, settings, available.prices(settings)),
            settings,
            answers=str(available),
            start=ProviderStart(providers, router, settings.start_checks, state_dir).run,
        )

    def _names(self) -> Iterator[str]:
        """The primary provider, then the others as configured, then those of the environment."""
        primary, known = (
            self._settings.primary,
            [*dict.fromkeys([*self._settings.providers, *VENDORS])],
        )
        if primary:
            if primary not in known:
                raise AssistantConfigError(
                    f"assistant.primary: there is no provider {primary!r}; known are "
                    + ", ".join(known)
                )
            yield primary
        yield from (name for name in known if name != primary)

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
        own = kind != "openai_compatible"
        base_url = find_base_url(name, entry, vendor if own else None, environ)
        variable, key = find_key(name, entry, vendor if own else None, settings, environ)
        if not key and base_url == vendor.base_url:
            missing = entry.api_key_env or vendor.key
            return f"{missing} is not set" if name in settings.providers else ""
        if find_spec(vendor.package) is None:
            return f"needs a package: {vendor.install}"
        from assistant.providers.chat import Endpoint

        endpoint = Endpoint(
            name=name,
            key=SecretStr(key or _PLACEHOLDER),
            base_url=base_url,
            timeout=entry.timeout or settings.call_timeout_seconds,
            reply_bytes=settings.reply_bytes,
            stream=entry.stream,
            install=vendor.install,
            key_variable=variable,
        )
        model = entry.model or (environ.get(vendor.model_variable, "") if own else "")
        discovers = not model and not entry.models and base_url != vendor.base_url
        return ConfiguredProvider(
            _provider(kind, endpoint, entry, discovers=discovers),
            _models(name, model, entry, self._models.vendors.get(kind, {})),
            base_url,
            base_url != vendor.base_url,
            discovers,
        )


def _provider(
    kind: ProviderKind, endpoint: Endpoint, entry: ProviderSettings, *, discovers: bool
) -> Provider:
    if kind == "gemini":
        from assistant.providers.gemini import Gemini

        return Gemini(endpoint)
    if kind == "anthropic":
        from assistant.providers.anthropic import Anthropic

        return Anthropic(endpoint)
    from assistant.providers.openai_compatible import OpenAICompatible

    return OpenAICompatible(
        endpoint,
        use_responses_api=entry.use_responses_api,
        max_tokens_parameter=entry.max_tokens_parameter,
        discovers=discovers,
    )


def _models(
    name: str, model: str, entry: ProviderSettings, defaults: Mapping[Tier, str]
) -> Mapping[Tier, str]:
    if model:
        return {tier: entry.models.get(tier, model) for tier in TIERS}
    chosen = {**defaults, **entry.models}
    if missing := [tier for tier in TIERS if tier not in chosen]:
        raise AssistantConfigError(
            f"assistant.providers.{name}: give its model, or models for {', '.join(missing)}"
        )
    return {tier: chosen[tier] for tier in TIERS}


def _offline() -> ConfiguredProvider:
    from assistant.providers.offline import OfflineProvider

    return ConfiguredProvider(OfflineProvider(), dict.fromkeys(TIERS, OFFLINE))
