"""Errors of model calls.

AssistantError
├── ProviderError(provider, model)
│   ├── ProviderUnavailable      outage, rate, time-out: counts for the breaker
│   ├── ProviderRejected         key, permission, quota: disabled for the run
│   └── RequestRejected          too long, bad parameter, filtered: never the provider's fault
├── NoProviderAvailable          no provider is left; the run can be resumed
├── ReplyInvalid                 truncated, malformed, refused or the wrong function
├── NotUnderstood                the offline model cannot do this; it says which sentence
├── BudgetExceeded               a cap would be passed; nothing was sent
└── AssistantConfigError         a model, a price or a provider is configured wrongly
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass


class AssistantError(Exception):
    """Root of all errors of this room."""


@dataclass(eq=False, repr=False)
class ProviderError(AssistantError):
    """A call to one provider, by its configured name, failed."""

    message: str
    _: KW_ONLY
    provider: str
    model: str
    kind: str = ""  # a key of assistant.calls.dialects.FAILURES, or "cut_off"
    retry_after: float | None = None  # seconds that the provider asked us to wait
    mended: bool = False  # what was refused is left out from now on; it may be asked again
    remedy: str = ""  # what a person can do, "" where waiting is all


class ProviderUnavailable(ProviderError):
    """The provider did not answer usefully now; another may, or this one later."""


class ProviderRejected(ProviderError):
    """The provider will not serve us in this run: key, permission, region or quota."""


class RequestRejected(ProviderError):
    """This request cannot be served as it is; the provider is healthy."""


@dataclass(eq=False, repr=False)
class NoProviderAvailable(AssistantError):
    """No configured provider can be asked."""

    message: str
    reasons: tuple[str, ...] = ()  # one line a provider, "openai: 401, key refused"
    remedies: tuple[str, ...] = ()  # what a person can do, one line each

    def __str__(self) -> str:
        return self.message


class NotUnderstood(NoProviderAvailable):
    """The offline model does not accept the requirements; a real model would be needed.

    Attributes:
        lines: the sentence with its phrase underlined, the reason, the nearest forms, and a
            sentence that is accepted.
    """

    def __init__(self, sentence: str, why: str, lines: tuple[str, ...] = ()) -> None:
        super().__init__(f"the offline model does not understand: {sentence!r} ({why})")
        self.sentence = sentence
        self.why = why
        self.lines = lines or (sentence,)


@dataclass(eq=False, repr=False)
class ReplyInvalid(AssistantError):
    """A model answered, and the answer cannot be used."""

    message: str
    _: KW_ONLY
    provider: str
    model: str
    reason: str  # of assistant.calls.replies.Unusable, or "too_large"


class BudgetExceeded(AssistantError):
    """A call would pass a cap, e.g. ``"run usd 0.01"``, at its worst case, so it was not sent."""

    def __init__(self, limit: str, *, spent: float, asked: float, left: float = 0.0) -> None:
        super().__init__(
            f"budget {limit} reached: {amount(spent)} spent or reserved, {amount(left)} left, "
            f"{amount(asked)} asked"
        )
        self.limit = limit
        self.spent = spent
        self.asked = asked


class AssistantConfigError(AssistantError):
    """Models, prices or providers are configured wrongly; says where.

    evidence are all faults, where there are several; next_step says how to mend it, "" where the
    message does.
    """

    def __init__(
        self, message: str, *, evidence: tuple[str, ...] = (), next_step: str = ""
    ) -> None:
        super().__init__(message)
        self.evidence = evidence
        self.next_step = next_step


def amount(number: float) -> str:
    """Money or a count, never with an exponent: ``0.000001``, ``12``."""
    return f"{number:.9f}".rstrip("0").rstrip(".")
