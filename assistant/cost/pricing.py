"""Prices of calls: the configured pricing.yaml first, then the prices that genai-prices ships.

A model that neither knows is unpriced, which is something else than free; so is each model behind
an address that is no cloud's, whatever it is called. Nothing is fetched: the bundled prices are as
old as the installed package.
"""

from __future__ import annotations

import contextlib
import functools
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from assistant.config import AssistantSettings
from assistant.errors import AssistantConfigError
from assistant.providers.credentials import VENDORS
from assistant.request import Request
from assistant.schemas import Function
from assistant.yaml_config import load_yaml_config
from ledger.calls import TokenUsage
from ledger.usage import NANO

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, TieredPrices

OFFLINE = "offline"

_SOURCES = {"gemini": ("google",), "glm": ("zhipuai", "zai")}
"""What genai-prices calls a vendor, where it is not our name; the first that knows the model."""

_MILLION = 1_000_000

Dollars = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]


class CustomPrice(BaseModel):
    """One model's entry in pricing.yaml, in US dollars for a million tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: Dollars
    output: Dollars
    cached: Dollars | None = None
    cache_write: Dollars | None = None


CustomPrices = dict[str, dict[str, CustomPrice]]
"""By provider and model; the model ``*`` stands for all others of its provider."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Nano-USD for a million tokens, by the length of the input.

    Attributes:
        base: the price up to the first step.
        above: (input tokens, price) pairs in order; a longer input pays that for all tokens.
    """

    base: int
    above: tuple[tuple[int, int], ...] = ()

    def at(self, input_tokens: int) -> int:
        price = self.base
        for start, higher in self.above:
            if input_tokens > start:
                price = higher
        return price


@dataclass(frozen=True, slots=True)
class Rates:
    """What one model costs at one moment."""

    input: Steps
    output: Steps
    cached: Steps
    cache_write: Steps
    request: int = 0

    def cost(self, usage: TokenUsage) -> int:
        """Nano-USD of a call, rounded up."""
        total = usage.input_tokens
        plain = total - usage.cached_tokens - usage.cache_write_tokens
        millionths = (
            max(plain, 0) * self.input.at(total)
            + usage.cached_tokens * self.cached.at(total)
            + usage.cache_write_tokens * self.cache_write.at(total)
            + usage.output_tokens * self.output.at(total)
        )
        return -(-millionths // _MILLION) + self.request

    def worst(self, input_tokens: int, max_tokens: int) -> int:
        """Nano-USD of the dearest call with so many tokens, whatever is cached."""
        dearest = max(
            steps.at(input_tokens) for steps in (self.input, self.cached, self.cache_write)
        )
        millionths = input_tokens * dearest + max_tokens * self.output.at(input_tokens)
        return -(-millionths // _MILLION) + self.request


FREE = Rates(Steps(0), Steps(0), Steps(0), Steps(0))


class Prices:
    """The prices of all models.

    Args:
        own: the contents of pricing.yaml.
        addresses: the base URL of each provider, which says whose prices it has; one without is
            looked for by its name.
        clock: some prices change on a date or with the hour.
    """

    def __init__(
        self,
        own: Mapping[str, Mapping[str, CustomPrice]] | None = None,
        *,
        addresses: Mapping[str, str] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._own = {
            provider: {model: _own_rates(price) for model, price in models.items()}
            for provider, models in (own or {}).items()
        }
        self._addresses = addresses or {}
        self._clock = clock
        self._models: dict[tuple[str, str], ModelInfo | None] = {}
        self._bundled: dict[int, tuple[ModelPrice, Rates | None]] = {}

    def rates(self, provider: str, model: str) -> Rates | None:
        """Return the model's present rates, None where they are unknown."""
        if provider == OFFLINE:
            return FREE
        own = self._own.get(provider, {})
        rates = own.get(model) or own.get("*")
        return rates or self._bundled_rates(provider, model)

    def _sources(self, provider: str) -> Sequence[str]:
        """What genai-prices calls the cloud that answers; empty for a server of one's own."""
        if (address := self._addresses.get(provider)) is None:
            return _SOURCES.get(provider, (provider,))
        for name, vendor in VENDORS.items():
            if address == vendor.base_url:
                return _SOURCES.get(name, (name,))
        return _clouds_at(address)

    def _bundled_rates(self, provider: str, model: str) -> Rates | None:
        key = (provider, model)
        if key not in self._models:
            self._models[key] = _find(self._sources(provider), model)
        found = self._models[key]
        if found is None:
            return None
        price = found.get_prices(self._clock())
        if id(price) not in self._bundled:
            # The price is kept beside its rates, so that no other object gets its identity.
            self._bundled[id(price)] = (price, _rates(price))
        return self._bundled[id(price)][1]


def load_prices(path: Path | None = None) -> CustomPrices:
    """The bundled pricing.yaml, or one's own.

    Raises:
        AssistantConfigError: it cannot be read, or an entry is no price.
    """
    return load_yaml_config(
        "pricing.yaml", path, _validated, next_step=f"an entry reads {_EXAMPLE}"
    )


def custom_prices(settings: AssistantSettings) -> CustomPrices:
    """The configured pricing file, whose providers are known ones.

    Raises:
        AssistantConfigError: see :func:`load_prices`; or it names a provider that there is not.
    """
    prices = load_prices(settings.pricing_file)
    known = dict.fromkeys([*VENDORS, *settings.providers])
    for name in prices:
        if name not in known:
            raise AssistantConfigError(
                f"{settings.pricing_file}: {name}: there is no provider of this name, known are "
                f"{', '.join(known)}; an entry reads {_EXAMPLE}"
            )
    return prices


def estimate_tokens(text: str) -> int:
    """Tokens of a text, rather too many than too few, without any model's own table.

    The rule of thumb is 4 ASCII characters a token; this reckons with 2.5, and with 1.5 bytes a
    token in other scripts.
    """
    if text.isascii():
        return math.ceil(len(text) / 2.5)
    size = len(text.encode("utf-8", "surrogatepass"))
    ascii_size = sum(map(str.isascii, text))
    return math.ceil(ascii_size / 2.5 + (size - ascii_size) / 1.5)


def estimate_request(request: Request[Any]) -> int:
    """Input tokens of a request at most: its messages, its schema and the vendor's framing."""
    messages = sum(estimate_tokens(message.content) + 8 for message in request.messages)
    function: type[Function] = request.function
    return messages + _schema_tokens(function) + 32


@functools.cache
def _schema_tokens(function: type[Function]) -> int:
    return estimate_tokens(json.dumps([function.name, function.parameters()]))


def _own_rates(price: CustomPrice) -> Rates:
    return Rates(
        input=Steps(_nano(price.input)),
        output=Steps(_nano(price.output)),
        cached=Steps(_nano(price.input if price.cached is None else price.cached)),
        cache_write=Steps(_nano(price.input if price.cache_write is None else price.cache_write)),
    )


def _clouds_at(address: str) -> tuple[str, ...]:
    from genai_prices.data_snapshot import get_snapshot

    providers = get_snapshot().providers
    return tuple(one.id for one in providers if re.match(one.api_pattern, address))


def _find(vendors: Sequence[str], model: str) -> ModelInfo | None:
    from genai_prices.data_snapshot import get_snapshot

    for vendor in vendors:
        with contextlib.suppress(LookupError):
            return get_snapshot().find_provider_model(model, None, vendor, None)[1]
    return None


def _rates(price: ModelPrice) -> Rates | None:
    """The rates of text; None for a model that lacks a price for what goes in or comes out."""
    if price.input_mtok is None or price.output_mtok is None:
        return None
    plain = _steps(price.input_mtok)
    return Rates(
        input=plain,
        output=_steps(price.output_mtok),
        cached=_steps(price.cache_read_mtok) if price.cache_read_mtok is not None else plain,
        cache_write=_steps(price.cache_write_mtok) if price.cache_write_mtok is not None else plain,
        request=_steps(price.requests_kcount).base // 1000 if price.requests_kcount else 0,
    )


def _steps(price: Decimal | TieredPrices) -> Steps:
    if isinstance(price, Decimal):
        return Steps(_nano(price))
    return Steps(_nano(price.base), tuple((tier.start, _nano(tier.price)) for tier in price.tiers))


def _nano(dollars: Decimal) -> int:
    return math.ceil(dollars * NANO)


def _validated(content: Any) -> CustomPrices:
    return _OWN_PRICES.validate_python({} if content is None else content)


_OWN_PRICES = TypeAdapter(CustomPrices)
_EXAMPLE = "openai: {gpt-5-mini: {input: 0.25, output: 2, cached: 0.025}}"
