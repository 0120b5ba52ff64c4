"""From settings and the environment to providers, and from providers to the desk.

The environment comes in as a mapping. A key is looked for in this order: the variable that
``assistant.providers.<name>.api_key_env`` names, AUTO_DEPLOYER_<NAME>_API_KEY, for the primary
provider AUTO_DEPLOYER_LLM_API_KEY, the vendor's own variable. No key is ever shown: messages
name the variable.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretStr

from assistant.budget import LedgerBooks
from assistant.config import TIERS, AssistantSettings, ProviderKind, ProviderSettings, Tier
from assistant.desk import Desk
from assistant.errors import AssistantConfigError, NoProviderAvailable
from assistant.pricing import OFFLINE, Prices, load_prices
from assistant.request import Provider
from assistant.router import Router
from assistant.selection import Contender, Models, Selection, load_models
from assistant.start import Start
from ledger.database import Ledger

if TYPE_CHECKING:
    from assistant.providers.chat import Endpoint

_PLACEHOLDER = "none"  # a local server wants some key and looks at none

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor as its environment variables and package describe it."""

    kind: ProviderKind
    key: str
    base_url_variable: str
    base_url: str
    package: str
    install: str
    model_variable: str = ""


VENDORS: Mapping[str, Vendor] = {
    "openai": Vendor(
        "openai",
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "https://api.openai.com/v1",
        "langchain_openai",
        "pip install langchain-openai",
        "OPENAI_MODEL",
    ),
    "glm": Vendor(
        "glm",
        "GLM_API_KEY",
        "GLM_BASE_URL",
        "https://open.bigmodel.cn/api/paas/v4",
        "langchain_openai",
        "pip install langchain-openai",
        "GLM_MODEL",
    ),
    "gemini": Vendor(
        "gemini",
        "GOOGLE_API_KEY",
        "GOOGLE_GEMINI_BASE_URL",
        "https://generativelanguage.googleapis.com",
        "langchain_google_genai",
        "pip install langchain-google-genai",
        "GEMINI_MODEL",
    ),
    "anthropic": Vendor(
        "anthropic",
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_BASE_URL",
        "https://api.anthropic.com",
        "langchain_anthropic",
        "pip install 'ai-assisted-deploy[anthropic]'",
        "ANTHROPIC_MODEL",
    ),
}
"""By name, in the order in which they are asked where nothing else is configured."""


@dataclass(frozen=True, slots=True)
class Configured:
    """A provider that can be asked, and with which models."""

    provider: Provider
    vendor: str
    models: Mapping[Tier, str]

    @property
    def name(self) -> str:
        return self.provider.name


@dataclass(frozen=True, slots=True)
class Lineup:
    """Who can be asked, best first, and who cannot and why."""

    configured: tuple[Configured, ...]
    left_out: tuple[str, ...]


def build_providers(
    settings: AssistantSettings, environ: Mapping[str, str], models: Models | None = None
) -> Lineup:
    """The providers that are configured here, the primary one first.

    Raises:
        AssistantConfigError: a key or an address is malformed, or ``primary`` is unknown.
        NoProviderAvailable: there is none, and the offline model is not allowed.
    """
    models = models or load_models(settings.models_file)
    left_out: list[str] = []
    configured: list[Configured] = []
    for name in _names(settings):
        entry = settings.providers.get(name) or ProviderSettings()
        outcome = _configure(name, entry, settings, environ, models)
        if isinstance(outcome, Configured):
            configured.append(outcome)
        elif outcome:
            left_out.append(f"{name}: {outcome}")
            _log.warning("%s is left out: %s", name, outcome)
    if settings.allow_offline == "always" or (settings.allow_offline == "auto" and not configured):
        configured.append(_offline())
    if not configured:
        variables = ", ".join(vendor.key for vendor in VENDORS.values())
        raise NoProviderAvailable(
            f"no model provider is configured: set one of {variables}, or OPENAI_BASE_URL for a "
            "local server, or allow the offline model with assistant.allow_offline",
            tuple(left_out),
        )
    return Lineup(tuple(configured), tuple(left_out))


def build_assistant(
    settings: AssistantSettings,
    environ: Mapping[str, str],
    ledger: Ledger,
    *,
    state_dir: Path | None = None,
) -> Desk:
    """The assistant of one run.

    Args:
        environ: keys and addresses; read here and kept in the providers alone.
        ledger: where calls and what they cost are recorded.
        state_dir: where the start checks' good answers are remembered; None forgets them.

    Raises:
        AssistantConfigError, NoProviderAvailable: see :func:`build_providers`.
    """
    models = load_models(settings.models_file)
    lineup = build_providers(settings, environ, models)
    providers = [one.provider for one in lineup.configured]
    router = Router(providers, settings)
    contenders = [Contender(one.name, one.models) for one in lineup.configured]
    prices = Prices(
        load_prices(settings.pricing_file),
        vendors={one.name: one.vendor for one in lineup.configured},
    )
    return Desk(
        router,
        Selection(models, contenders, router.excluded),
        LedgerBooks(ledger, settings, prices),
        settings,
        start=Start(providers, router, settings.start_checks, state_dir).run,
    )


def _names(settings: AssistantSettings) -> Iterator[str]:
    """The primary provider, then the others as configured, then those of the environment."""
    known = [*settings.providers, *(name for name in VENDORS if name not in settings.providers)]
    if settings.primary:
        if settings.primary not in known:
            raise AssistantConfigError(
                f"assistant.primary: there is no provider {settings.primary!r}; known are "
                + ", ".join(known)
            )
        yield settings.primary
    yield from (name for name in known if name != settings.primary)


def _configure(
    name: str,
    entry: ProviderSettings,
    settings: AssistantSettings,
    environ: Mapping[str, str],
    models: Models,
) -> Configured | str:
    """The provider, or why it is left out; "" where nobody asked for it."""
    if not entry.enabled:
        return "switched off"
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
    base_url = _base_url(name, entry, vendor if own else None, environ)
    key = _key(name, entry, vendor if own else None, settings, environ)
    if key is None and base_url == vendor.base_url:
        return f"{_variables(entry, vendor)} is not set" if name in settings.providers else ""
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
    )
    model = entry.model or (environ.get(vendor.model_variable, "") if own else "")
    discovers = not model and not entry.models and base_url != vendor.base_url
    return Configured(
        _provider(kind, endpoint, entry, discovers=discovers),
        kind,
        _models(name, model, entry, models.vendors.get(kind, {})),
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


def _key(
    name: str,
    entry: ProviderSettings,
    vendor: Vendor | None,
    settings: AssistantSettings,
    environ: Mapping[str, str],
) -> str | None:
    variables = [entry.api_key_env] if entry.api_key_env else []
    variables.append(f"AUTO_DEPLOYER_{name.upper().replace('-', '_')}_API_KEY")
    if name == (settings.primary or "openai"):
        variables.append("AUTO_DEPLOYER_LLM_API_KEY")
    if vendor:
        variables.append(vendor.key)
    for variable in variables:
        if key := environ.get(variable):
            if key != key.strip() or not key.isascii() or not key.isprintable() or " " in key:
                raise AssistantConfigError(
                    f"{variable}: the key has a line break, a blank or another character that no "
                    "key has"
                )
            return key
    return None


def _variables(entry: ProviderSettings, vendor: Vendor) -> str:
    return entry.api_key_env or vendor.key


def _base_url(
    name: str, entry: ProviderSettings, vendor: Vendor | None, environ: Mapping[str, str]
) -> str:
    if entry.base_url:
        return _checked_url(entry.base_url, f"assistant.providers.{name}.base_url")
    if vendor is None:
        raise AssistantConfigError(f"assistant.providers.{name}: needs a base_url")
    if value := environ.get(vendor.base_url_variable):
        return _checked_url(value, vendor.base_url_variable)
    return vendor.base_url


def _checked_url(value: str, where: str) -> str:
    try:
        parts = urlsplit(value)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine or not value.isprintable() or " " in value or parts.query or parts.fragment:
        raise AssistantConfigError(f"{where}: no URL such as https://host:port/v1")
    if parts.username or parts.password:
        raise AssistantConfigError(f"{where}: keys do not belong into a URL")
    return value.rstrip("/")


def _offline() -> Configured:
    from assistant.providers.offline import OfflineProvider

    return Configured(OfflineProvider(), OFFLINE, dict.fromkeys(TIERS, OFFLINE))
