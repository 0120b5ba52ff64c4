"""Prices of calls: the configured pricing.yaml first, then the prices that genai-prices ships.

A model that neither knows is unpriced, which is something else than free; so is each model behind
an address that is no cloud's, whatever it is called, but where a cap in dollars has to hold.
Nothing is fetched: the bundled prices are as old as the installed package.
"""

from __future__ import annotations

import contextlib
import functools
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from assistant.config import AssistantSettings
from assistant.errors import AssistantConfigError
from assistant.providers.credentials import VENDORS
from assistant.request import Request
from assistant.schemas import Function
from assistant.yaml_config import load_yaml_config
from ledger.calls import TokenUsage
from ledger.usage import NANO

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, TieredPrices

    Price = Decimal | TieredPrices

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

_EXAMPLE = "openai: {gpt-5-mini: {input: 0.25, output: 2, cached: 0.025}}"


@dataclass(frozen=True, slots=True)
class Steps:
    """Nano-USD for a million tokens, by the length of the input."""

    base: int
    above: tuple[tuple[int, int], ...] = ()  # (tokens, price): a longer input pays it for all

    def at(self, input_tokens: int) -> int:
        passed = [price for start, price in self.above if input_tokens > start]
        return passed[-1] if passed else self.base


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
        inputs = (self.input, self.cached, self.cache_write)
        dearest = max(steps.at(input_tokens) for steps in inputs)
        millionths = input_tokens * dearest + max_tokens * self.output.at(input_tokens)
        return -(-millionths // _MILLION) + self.request


FREE = Rates(Steps(0), Steps(0), Steps(0), Steps(0))


@dataclass(eq=False)
class Prices:
    """The prices of all models, one's own first.

    A provider's base URL says whose prices it has; one without is looked for by its name.
    """

    own: Mapping[str, Mapping[str, CustomPrice]] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _models: dict[tuple[str, str], ModelInfo | None] = field(default_factory=dict)

    def rates(self, provider: str, model: str) -> Rates | None:
        """Return the model's present rates, None where they are unknown."""
        if provider == OFFLINE:
            return FREE
        own = self.own.get(provider, {})
        price = own.get(model) or own.get("*")
        if price is None:
            return self._bundled_rates(provider, model)
        return _rates(price.input, price.output, price.cached, price.cache_write)

    def vendor_rates(self, provider: str, model: str) -> Rates | None:
        """What a model of this name costs at its vendor: where a cap has to hold, a server of
        one's own may be a gateway to that."""
        return replace(self, addresses={}, _models={}).rates(provider, model)

    def _bundled_rates(self, provider: str, model: str) -> Rates | None:
        key = (provider, model)
        if key not in self._models:
            self._models[key] = self._find(provider, model)
        found = self._models[key]
        price = found.get_prices(self.clock()) if found else None
        # A model that lacks a price for what goes in or comes out is unpriced.
        if price is None or price.input_mtok is None or price.output_mtok is None:
            return None
        request = _steps(price.requests_kcount).base // 1000 if price.requests_kcount else 0
        cache = (price.cache_read_mtok, price.cache_write_mtok)
        return _rates(price.input_mtok, price.output_mtok, *cache, request=request)

    def _find(self, provider: str, model: str) -> ModelInfo | None:
        """The model of the cloud that answers; a server of one's own has none that is known."""
        from genai_prices.data_snapshot import get_snapshot

        snapshot, address = get_snapshot(), self.addresses.get(provider)
        names = [name for name, vendor in VENDORS.items() if vendor.base_url == address]
        clouds: Sequence[str]
        if address is None or names:
            name = names[0] if names else provider
            clouds = _SOURCES.get(name, (name,))
        else:
            clouds = [one.id for one in snapshot.providers if re.match(one.api_pattern, address)]
        for cloud in clouds:
            with contextlib.suppress(LookupError):
                return snapshot.find_provider_model(model, None, cloud, None)[1]
        return None


def load_prices(path: Path | None = None) -> CustomPrices:
    """The bundled pricing.yaml, or one's own. Raises AssistantConfigError where it is wrong."""
    next_step = f"an entry reads {_EXAMPLE}"
    return load_yaml_config("pricing.yaml", path, CustomPrices, next_step=next_step)


def custom_prices(settings: AssistantSettings) -> CustomPrices:
    """The configured prices; raises AssistantConfigError for a provider that there is not."""
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
    function: type[Function] = request.function
    messages = sum(estimate_tokens(message.content) + 8 for message in request.messages)
    return messages + _schema_tokens(function) + 32


@functools.cache
def _schema_tokens(function: type[Function]) -> int:
    return estimate_tokens(json.dumps([function.name, function.parameters()]))


def _rates(into: Price, out: Price, *cache: Price | None, request: int = 0) -> Rates:
    """The rates of text; what has no price in the cache costs as much as outside of it."""
    cached, cache_write = (_steps(into if one is None else one) for one in cache)
    return Rates(_steps(into), _steps(out), cached, cache_write, request)


def _steps(price: Price) -> Steps:
    if isinstance(price, Decimal):
        return Steps(_nano(price))
    return Steps(_nano(price.base), tuple((tier.start, _nano(tier.price)) for tier in price.tiers))


def _nano(dollars: Decimal) -> int:
    return math.ceil(dollars * NANO)
