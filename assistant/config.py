"""The ``assistant:`` section of deployment.yaml: every key, its default and what it means.

Defaults live here and nowhere else. Unknown keys are refused. Keys are never configured, only
the names of the variables that hold them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

ProviderKind = Literal["openai", "openai_compatible", "glm", "gemini", "anthropic"]
Tier = Literal["small", "standard", "best"]
TIERS: tuple[Tier, ...] = ("small", "standard", "best")
AskingStep = Literal[
    "generate_tests",
    "generate_main",
    "prove_tests",
    "generate_service",
    "service_tests",
    "review",
    "commit",
    "error_analysis",
    "give_up",
]
"""A step of the workflow that asks a model."""

Seconds = Annotated[float, Field(gt=0, le=86_400)]
Share = Annotated[float, Field(gt=0, le=1)]
Amount = Annotated[float, Field(ge=0)]
Limit = Annotated[int, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]
Tokens = Annotated[int, Field(ge=256, le=200_000)]


def checked_url(value: str) -> str:
    """A server's address without a slash at its end; ValueError, without the value, for others."""
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


class Section(BaseModel):
    """A part of the configuration: frozen, unknown keys refused, numbers finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ProviderSettings(Section):
    """One entry of ``assistant.providers``; its key is the provider's name."""

    kind: ProviderKind | None = Field(
        None, description="wire format; left out where the name is that of a vendor"
    )
    model: str | None = Field(
        None, min_length=1, description="the one model to ask; left out, models.yaml decides"
    )
    models: dict[Tier, str] = Field(
        default_factory=dict, description="models by tier (small, standard, best)"
    )
    api_key_env: Annotated[str, Field(pattern=r"^[A-Z_][A-Z0-9_]*$")] | None = Field(
        None, description="the variable that holds the key, in capitals; never the key itself"
    )
    base_url: Annotated[str, AfterValidator(checked_url)] | None = Field(
        None, description="where it answers; left out, the vendor's own"
    )
    timeout: Seconds | None = Field(
        None, description="seconds a call may take; left out, assistant.call_timeout_seconds"
    )
    stream: bool = Field(False, description="read replies as a stream")
    use_responses_api: bool | None = Field(
        None, description="OpenAI's Responses format; left out, the client chooses by model"
    )
    max_tokens_parameter: Literal["max_tokens", "max_completion_tokens"] | None = Field(
        None, description="name of the limit on the wire; left out, chosen by host and model"
    )
    enabled: bool = Field(True, description="false leaves the provider out")


class Caps(Section):
    """Limits of one scope; what is left out has no limit."""

    usd: Amount | None = Field(None, description="US dollars; null is no cap")
    calls: Limit | None = Field(None, description="model calls; null is no cap")
    tokens: Limit | None = Field(None, description="tokens, in and out; null is no cap")


class BudgetSettings(Section):
    """What may be spent; a call that would pass a cap is not sent."""

    run: Caps = Field(Caps(), description="caps of one run")
    day: Caps = Field(Caps(), description="caps of one day (UTC) over all runs")
    phases: dict[AskingStep, Caps] = Field(
        default_factory=dict, description="caps by step, e.g. generate_main"
    )
    tiers: dict[Tier, Caps] = Field(
        default_factory=dict, description="caps by tier: small, standard, best"
    )


class BreakerSettings(Section):
    """When a provider is left alone, and for how long."""

    window: Annotated[int, Field(ge=2, le=1000)] = Field(
        10, description="latest calls that are looked at"
    )
    minimum_calls: Count = Field(3, description="calls in the window before it may open")
    failure_rate: Share = Field(0.5, description="share of failed calls that opens it")
    slow_rate: Share = Field(1.0, description="share of slow calls that opens it")
    slow_seconds: Seconds = Field(90.0, description="a call this long counts as slow")
    probes: Count = Field(1, description="calls let through half-open")
    wait_seconds: Seconds = Field(5.0, description="first time open; doubled each time")
    max_wait_seconds: Seconds = Field(300.0, description="longest time open by itself")
    jitter: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.2, description="share by which the time open is varied"
    )


class HedgingSettings(Section):
    """Asking a second provider when the first takes unusually long."""

    enabled: bool = Field(False, description="costs the second call when both answer")
    quantile: Share = Field(0.95, description="of a provider's latencies, after which to hedge")
    minimum_calls: Count = Field(
        5, description="calls to have seen before the quantile is believed"
    )


class StartCheckSettings(Section):
    """Whether the providers answer, asked once at the start, side by side."""

    enabled: bool = Field(True, description="ask each provider for its list of models")
    seconds: Seconds = Field(2.0, description="for all of them together")
    cache_seconds: Amount = Field(300.0, description="how long a good answer is believed")


class AssistantSettings(Section):
    """Which models are asked, how long, and for how much."""

    primary: str = Field("", description="name of the provider to ask first")
    providers: dict[str, ProviderSettings] = Field(
        default_factory=dict,
        description="by name; openai, glm, gemini and anthropic are also found by their keys",
    )
    models_file: Path | None = Field(
        None,
        description="a models.yaml of one's own, instead of the bundled one; beside this file",
    )
    pricing_file: Path | None = Field(
        None,
        description="a pricing.yaml whose prices go before the bundled ones; beside this file",
    )
    max_tokens: Tokens = Field(
        8_192, description="tokens a reply may have; a truncated one is asked again with more"
    )
    max_tokens_ceiling: Tokens = Field(32_768, description="how far that limit may be raised")
    deadline_seconds: Seconds = Field(
        300.0, description="for one question, all attempts and repairs together"
    )
    call_timeout_seconds: Seconds = Field(
        120.0, description="for one call, by the clock on the wall"
    )
    patience_seconds: Amount = Field(
        10.0, description="how long to wait for a provider to recover when all have failed"
    )
    first_pause_seconds: Seconds = Field(1.0, description="the first such wait; doubled each time")
    repairs: Annotated[int, Field(ge=0, le=2)] = Field(
        2, description="how often an invalid reply is sent back with what is wrong"
    )
    reply_bytes: Annotated[int, Field(ge=10_000)] = Field(
        2_000_000, description="a longer reply is cut off while it is read, and refused"
    )
    allow_offline: Literal["auto", "always", "never"] = Field(
        "auto",
        description="the offline model: auto where nothing else is configured; always also when "
        "all others fail; never",
    )
    allow_unpriced: bool = Field(
        False, description="ask models whose price is unknown, where a cap in dollars is set"
    )
    cache: Literal["run", "shared"] = Field(
        "run", description="where answers are reused: in the same run, or across runs"
    )
    budgets: BudgetSettings = Field(BudgetSettings(), description="what may be spent")
    breaker: BreakerSettings = Field(BreakerSettings(), description="when one is left alone")
    hedging: HedgingSettings = Field(HedgingSettings(), description="a second call when slow")
    start_checks: StartCheckSettings = Field(
        StartCheckSettings(), description="do the providers answer?"
    )
