"""Errors of the rooms below, as a person reads them: what happened, the evidence, what next."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from assistant.errors import AssistantConfigError, AssistantError, BudgetExceeded
from graph.errors import ApprovalNeeded, GraphError, Stopped
from ledger.errors import LedgerError, LockLost, RunLocked
from ledger.text.printable import printable
from provisioner.errors import ProvisionerError


@dataclass(frozen=True, slots=True)
class Told:
    """An error in words.

    Attributes:
        kind: the error's class name.
        exit_code: of the contract.
    """

    kind: str
    summary: str
    evidence: tuple[str, ...]
    next: str
    exit_code: int


EXPECTED = (GraphError, ProvisionerError, AssistantError, LedgerError)


def tell(error: GraphError | ProvisionerError | AssistantError | LedgerError) -> Told:
    """An expected error in words, with its exit code."""
    evidence = error.evidence if isinstance(error, ProvisionerError) else ()
    next_step = getattr(error, "next_step", "")
    return Told(type(error).__name__, str(error), evidence, next_step, _exit_code(error))


def _exit_code(error: Exception) -> int:
    if isinstance(error, Stopped):
        return 128 + error.number
    if isinstance(error, RunLocked | LockLost):
        return 6
    if isinstance(error, ApprovalNeeded):
        return 3
    if isinstance(error, BudgetExceeded):
        return 5
    if isinstance(error, AssistantConfigError):
        return 2
    if isinstance(error, AssistantError):
        return 4
    return 2


@contextmanager
def told_on_stderr() -> Iterator[None]:
    """Around a command: an expected error is told and ends it with the contract's exit code."""
    try:
        yield
    except EXPECTED as error:
        told = tell(error)
        write(told, lambda line: sys.stderr.write(f"{line}\n"))
        sys.exit(told.exit_code)


def write(told: Told, line: Callable[[str], object]) -> None:
    """The lines of an error."""
    line(f"error: {printable(told.summary)}")
    for proof in told.evidence:
        line(f"  | {printable(proof)}")
    if told.next:
        line(f"next: {printable(told.next)}")
