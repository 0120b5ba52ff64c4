"""Expected errors of all packages as one record."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.errors import (
    AssistantConfigError,
    AssistantError,
    BudgetExceeded,
    NotUnderstood,
)
from graph.errors import (
    APPROVAL,
    BUDGET,
    HELD,
    NO_PROVIDER,
    USAGE,
    ApprovalNeeded,
    GraphError,
    Stopped,
)
from ledger.errors import LedgerError, LockLost, RunLocked
from provisioner.errors import ProvisionerError


@dataclass(frozen=True, slots=True)
class ErrorReport:
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


SET_A_KEY = (
    "set OPENAI_API_KEY, GOOGLE_API_KEY, ANTHROPIC_API_KEY or GLM_API_KEY, or OPENAI_BASE_URL for "
    "a server of your own"
)
SAY_IT = f"say it in a form of docs/offline-language.md, or {SET_A_KEY}"
EXPECTED = (GraphError, ProvisionerError, AssistantError, LedgerError)


def error_report(
    error: GraphError | ProvisionerError | AssistantError | LedgerError,
) -> ErrorReport:
    """An expected error in words, with its exit code."""
    evidence = error.evidence if isinstance(error, ProvisionerError | ApprovalNeeded) else ()
    next_step = getattr(error, "next_step", "")
    if isinstance(error, NotUnderstood):
        evidence, next_step = error.lines, SAY_IT
    return ErrorReport(type(error).__name__, str(error), evidence, next_step, _exit_code(error))


def _exit_code(error: Exception) -> int:
    if isinstance(error, Stopped):
        return 128 + error.number
    if isinstance(error, RunLocked | LockLost):
        return HELD
    if isinstance(error, ApprovalNeeded):
        return APPROVAL
    if isinstance(error, BudgetExceeded):
        return BUDGET
    if isinstance(error, AssistantConfigError):
        return USAGE
    if isinstance(error, AssistantError):
        return NO_PROVIDER
    return USAGE
