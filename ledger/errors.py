"""Errors of the ledger.

LedgerError                   the record cannot be read or written: full, read-only, busy, gone
├── RunLocked(pid, host)      a living process holds this feature
├── LockLost                  this process held the feature and does not any more
├── LedgerCorrupt             a file of the record is damaged; says which and what to do
├── LedgerVersion             the record was written by another version of this tool
└── CapReached(scope, …)      a reservation would pass a cap; nothing was recorded
"""

from __future__ import annotations

from ledger.text.program import program


class LedgerError(Exception):
    """Root of all errors of this room; next_step is what a person does about it."""

    next_step = ""

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        self.next_step = next_step or self.next_step


class RunLocked(LedgerError):
    """Another living process holds the feature; pid 0 and run "" are unknown."""

    def __init__(
        self, feature: str, *, pid: int = 0, host: str = "an unknown host", run_id: str = ""
    ) -> None:
        look = f" (`{program()} show {run_id}` says how far it is)" if run_id else ""
        super().__init__(
            f"feature {feature!r} is held by process {pid} on {host}",
            next_step=f"wait for its end{look}, then give the same command again",
        )
        self.pid = pid
        self.host = host
        self.run_id = run_id


class LockLost(LedgerError):
    """This process held the feature and lost it; nothing was begun since."""

    next_step = "give the same command again; it goes on where this run stopped"


class LedgerCorrupt(LedgerError):
    """A file of the record, or what it says of a run, is damaged."""


class LedgerVersion(LedgerError):
    """The record was written by an incompatible version."""


class CapReached(LedgerError):
    """A call would pass a cap, so neither the reservation nor the intention was recorded.

    Attributes:
        scope: "day", "run", "phase" or "tier".
        measure: "calls", "tokens" or "nano_usd".
        limit, spent, asked: in that measure; ``spent`` includes what is reserved.
    """

    def __init__(self, scope: str, measure: str, limit: int, spent: int, asked: int) -> None:
        super().__init__(f"{scope} {measure}: {spent} of {limit} spent, {asked} more asked")
        self.scope = scope
        self.measure = measure
        self.limit = limit
        self.spent = spent
        self.asked = asked
