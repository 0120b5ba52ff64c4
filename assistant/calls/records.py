"""Records of a routed call: its candidate, its reservation, its reply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from assistant.config import Tier
from ledger.calls import Reply


@dataclass(frozen=True, slots=True)
class Candidate:
    """One model of one provider, and the tier it stands for."""

    provider: str
    model: str
    tier: Tier = "standard"

    def __str__(self) -> str:
        return f"{self.provider} {self.model}"


class Call(Protocol):
    """A call that is recorded before it is sent, and again when it ended."""

    def complete(self, reply: Reply, seconds: float) -> float | None:
        """Record the reply; return its cost in dollars, None where unpriced."""
        ...

    def fail(self, outcome: str, seconds: float, *, charged: bool) -> None:
        """Record the failure; ``charged`` where the provider may bill it."""
        ...


Reserve = Callable[[Candidate], Call]
"""Reserves and records a call before it is sent. Raises BudgetExceeded."""


@dataclass(frozen=True, slots=True)
class RoutedReply:
    """A reply and where it came from."""

    reply: Reply
    candidate: Candidate
    usd: float | None
