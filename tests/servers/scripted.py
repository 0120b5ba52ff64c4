"""Providers and books without a network or a database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from assistant.calls.dialects import FAILURES
from assistant.errors import BudgetExceeded, ProviderError
from assistant.request import Candidate, F, Message, Purpose, Request, RoutedReply
from assistant.schemas import GenerateTestCode
from ledger.calls import Finish, Reply, TokenUsage

ARGUMENTS = json.dumps({"code": "assert True\n", "reasoning": "short"})
REQUEST = Request(
    GenerateTestCode,
    (Message("system", "be brief"), Message("user", "write tests")),
    {"feature": "orders", "requirements": "Orders can be created."},
)
PURPOSE = Purpose("run-1", "generate_tests", 1, "tests")


def reply(
    arguments: str = ARGUMENTS,
    *,
    function: str = GenerateTestCode.name,
    finish: Finish = "stop",
    model: str = "m",
) -> Reply:
    return Reply(function, arguments, finish, TokenUsage(100, 20), model)


def failure(kind: str, retry_after: float | None = None, provider: str = "p") -> ProviderError:
    """The error that a provider raises for a kind of failure."""
    return FAILURES[kind].error(
        f"{provider}: {kind}", provider=provider, model="m", kind=kind, retry_after=retry_after
    )


Turn = Reply | ProviderError | Callable[[], Any]


@dataclass
class ScriptedProvider:
    """Answers in turn, the last answer again and again; a callable turn is awaited.

    Attributes:
        asked: (model, request, max_tokens, timeout) of each call.
    """

    name: str
    turns: list[Turn] = field(default_factory=lambda: [reply()])
    asked: list[tuple[str, Request[Any], int, float]] = field(default_factory=list)
    closed: bool = False

    async def complete(
        self, request: Request[F], *, model: str, max_tokens: int, timeout: float
    ) -> Reply:
        turn = self.turns[min(len(self.asked), len(self.turns) - 1)]
        self.asked.append((model, request, max_tokens, timeout))
        if callable(turn):
            turn = await turn()
        if isinstance(turn, ProviderError):
            raise turn
        return turn

    async def aclose(self) -> None:
        self.closed = True

    @property
    def models(self) -> list[str]:
        return [model for model, *_ in self.asked]


@dataclass
class MemoryCall:
    """A call in memory; ``outcome`` is "open" until it ended."""

    candidate: Candidate
    digest: str
    max_tokens: int
    question: tuple[Purpose, str]
    call_log: MemoryCallLog
    outcome: str = "open"
    charged: bool | None = None
    reply: Reply | None = None

    def complete(self, reply: Reply, seconds: float) -> float | None:
        assert self.outcome == "open"
        self.outcome, self.reply = "done", reply
        self.call_log.done[self.question] = self
        return 0.25

    def fail(self, outcome: str, seconds: float, *, charged: bool) -> None:
        assert self.outcome == "open"
        self.outcome, self.charged = outcome, charged


@dataclass
class MemoryCallLog:
    """CallLog that remember; ``room`` is how many calls the budget has left."""

    room: int = 1_000_000
    calls: list[MemoryCall] = field(default_factory=list)
    done: dict[tuple[Purpose, str], MemoryCall] = field(default_factory=dict)

    def lookup(self, purpose: Purpose, digest: str) -> RoutedReply | None:
        call = self.done.get((purpose, digest))
        return RoutedReply(call.reply, call.candidate, 0.25, True) if call and call.reply else None

    def reserve(
        self,
        purpose: Purpose,
        digest: str,
        candidate: Candidate,
        request: Request[Any],
        max_tokens: int,
    ) -> MemoryCall:
        if len(self.calls) >= self.room:
            raise BudgetExceeded(f"run calls {self.room}", spent=len(self.calls), asked=1)
        call = MemoryCall(candidate, digest, max_tokens, (purpose, digest), self)
        self.calls.append(call)
        return call

    @property
    def outcomes(self) -> list[str]:
        return [call.outcome for call in self.calls]


class SteppedTime:
    """A clock that moves when somebody sleeps, and only then."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def candidates(*pairs: tuple[str, str]) -> tuple[Candidate, ...]:
    return tuple(Candidate(provider, model) for provider, model in pairs)


def names(calls: Iterable[MemoryCall]) -> list[str]:
    return [f"{call.candidate.provider} {call.candidate.model}" for call in calls]
