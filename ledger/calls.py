"""Records of a model call: its key, its reservation, its reply.

Those that are made for each call are tuples, which take a fifth of a frozen dataclass's time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple


class Amount(NamedTuple):
    """Tokens of input and output together, and nano-USD (1e-9 USD)."""

    tokens: int = 0
    nano_usd: int = 0


NOTHING = Amount()

Finish = Literal["stop", "length", "refusal", "filter", "unknown"]


class CallKey(NamedTuple):
    """The identity of a call: ``digest`` is the hash of all that is sent."""

    run_id: str
    step: str
    round: int
    digest: str


class TokenUsage(NamedTuple):
    """Tokens of one call; ``input_tokens`` includes the cached and the cache-written ones."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """A provider's answer, before it is validated.

    Attributes:
        function: that was called, "" where none was.
        arguments: of that call as JSON text, or the reply's text.
        finish: anything but "stop" is not to be trusted as whole.
        model: the one that answered, in the vendor's words.
    """

    function: str
    arguments: str
    finish: Finish
    usage: TokenUsage
    model: str


@dataclass(frozen=True, slots=True)
class RecordedReply:
    """A reply in the journal, and what it cost; None where the price was unknown."""

    provider: str
    tier: str
    model: str
    reply: Reply
    nano_usd: int | None

    @classmethod
    def of(cls, provider: str, tier: str, model: str, text: str) -> RecordedReply:
        """Read columns of the usage and the text of its journal row."""
        body = json.loads(text)
        usage = TokenUsage(*(body[name] for name in TokenUsage._fields))
        reply = Reply(
            body["function"], body["arguments"], body["finish"], usage, body["answered_by"]
        )
        cost = body["charged_nano_usd"] if body["priced"] else None
        return cls(provider, tier, model, reply, cost)


class Call(NamedTuple):
    """A call that was reserved.

    Attributes:
        number: the place of its intention in the run's journal.
        at: when it was reserved, UTC in ISO 8601; its date is the day whose cap it counts for.
        tokens, nano_usd: its worst case.
        priced: 1 where the price is known; unpriced calls cost 0 in the record, and say so.
        process: who sent it, as ``str`` of :class:`ledger.process.Process`.
    """

    run_id: str
    step: str
    round: int
    digest: str
    provider: str
    model: str
    phase: str
    tier: str
    tokens: int
    nano_usd: int
    priced: int
    process: str
    number: int
    at: str

    def body(self) -> dict[str, Any]:
        """All but the run, the number and the time, which the row has by itself."""
        return dict(zip(self._fields[1:-2], self[1:-2], strict=True))

    def row(self) -> dict[str, Any]:
        """What its row of the usage takes of it once it has ended."""
        return {**self._asdict(), "begun_at": self.at}
