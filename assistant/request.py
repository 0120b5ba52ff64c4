"""Requests to models and their answers, independent of any vendor."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, Protocol, TypeVar

from assistant.config import Tier
from assistant.schemas import Function
from ledger.calls import Reply, TokenUsage

F = TypeVar("F", bound=Function)


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Request(Generic[F]):
    """One question: the function to call and the conversation that asks for it."""

    function: type[F]  # the schema that the answer must validate against
    messages: tuple[Message, ...]  # what a model reads, system first
    # What the prompt was filled with: feature, requirements, …; the offline model works from it.
    inputs: Mapping[str, str] = field(default_factory=dict)

    def digest(self) -> str:
        """SHA-256 of all that is sent: the function's schema and every message."""
        content = hashlib.sha256(_schema(self.function))
        for message in self.messages:
            text = message.content.encode("utf-8", "surrogatepass")
            content.update(b"\0%s %d\0" % (message.role.encode(), len(text)))
            content.update(text)
        return content.hexdigest()


@functools.cache
def _schema(function: type[Function]) -> bytes:
    # Kept, because pydantic takes ten times as long to build it as all the rest of a question.
    return json.dumps([function.name, function.parameters()], sort_keys=True).encode()


class Provider(Protocol):
    """One vendor's endpoint. Raises :class:`assistant.errors.ProviderError` and nothing else."""

    @property
    def name(self) -> str: ...

    async def complete(
        self, request: Request[F], *, model: str, max_tokens: int, timeout: float
    ) -> Reply:
        """Ask once, by one request. ``timeout`` is a wall-clock limit in seconds for all of it."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """One model of one provider, and the tier it stands for."""

    provider: str
    model: str
    tier: Tier = "standard"

    def __str__(self) -> str:
        return f"{self.provider} {self.model}"


@dataclass(frozen=True, slots=True)
class RoutedReply:
    """A reply, where it came from, and what it cost in dollars, None where unpriced."""

    reply: Reply
    candidate: Candidate
    usd: float | None
    recalled: bool = False


@dataclass(frozen=True, slots=True)
class Answer(Generic[F]):
    """The function's validated arguments and where they came from."""

    value: F
    provider: str
    model: str
    usage: TokenUsage
    usd: float | None  # None where the price is unknown
    recalled: bool = False  # read from the journal, so nothing was sent or paid now


@dataclass(frozen=True, slots=True)
class Purpose:
    """The purpose of a request: the journal's key and the selection's input."""

    run_id: str
    step: str  # the node that asks
    round: int  # of its questions, from 1; the same question in another round is asked again
    category: str = "code"  # of models.yaml, e.g. "code", "tests", "security"
    failed_rounds: int = 0  # before; they raise the complexity
    exclude_model: str = ""  # is asked only where there is no other


class AIAssistant(Protocol):
    """Asks models, as the workflow sees it."""

    async def ask(self, request: Request[F], purpose: Purpose) -> Answer[F]:
        """The validated answer.

        Raises:
            NoProviderAvailable, BudgetExceeded: the run cannot go on now, and can be resumed.
            ReplyInvalid: every repair was spent.
            RequestRejected: no model can take this request.
        """
        ...
