"""The log of calls as the client uses it: look up, reserve, settle."""

from __future__ import annotations

from typing import Any, Protocol

from assistant.calls.records import Call, Candidate, RoutedReply
from assistant.request import Purpose, Request


class CallLog(Protocol):
    """The journal of calls together with the budget.

    ``digest`` is the hash of all that is sent; with the purpose's run, step and round it
    identifies a call.
    """

    def lookup(self, purpose: Purpose, digest: str) -> RoutedReply | None:
        """Return the recorded reply, None where there is none."""
        ...

    def reserve(
        self,
        purpose: Purpose,
        digest: str,
        candidate: Candidate,
        request: Request[Any],
        max_tokens: int,
    ) -> Call:
        """Reserve the worst case of a call and record it.

        Raises:
            BudgetExceeded: a cap would be passed; nothing was written.
        """
        ...
