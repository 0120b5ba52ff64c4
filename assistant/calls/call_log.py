"""What the desk needs of the record of calls: recall, reserve, settle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from assistant.calls.records import Call, Candidate
from assistant.request import Purpose, Reply, Request


@dataclass(frozen=True, slots=True)
class LoggedReply:
    """A call that was answered before."""

    reply: Reply
    candidate: Candidate
    usd: float | None


class CallLog(Protocol):
    """The journal of calls and the budget, as one thing to write to.

    ``digest`` is the hash of all that is sent; with the purpose's run, step and round it names
    a question.
    """

    def lookup(self, purpose: Purpose, digest: str) -> LoggedReply | None:
        """The answer that was given before, None where there is none."""
        ...

    def reserve(
        self,
        purpose: Purpose,
        digest: str,
        candidate: Candidate,
        request: Request[Any],
        max_tokens: int,
    ) -> Call:
        """Reserve the worst case and write the intention down.

        Raises:
            BudgetExceeded: a cap would be passed; nothing was written.
        """
        ...
