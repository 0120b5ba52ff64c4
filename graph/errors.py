"""Errors of a run as a whole, and expected errors of all packages in words.

GraphError
├── ConfigError(path, why)   a setting, a flag or a file is wrong; says how to mend it
├── FeatureExists            the feature's folder holds work that this run would overwrite
├── NotYetAvailable          a part of the contract that this version does not have
├── ApprovalNeeded           a person has to approve; the run waits
├── MaintenanceRefused       a change of the tool's own files is not made, or was taken back
├── RunNotFound              no such run, or none that can go on
└── Stopped(name, number)    a signal came before the run had begun or gone on
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from assistant.errors import (
    AssistantConfigError,
    AssistantError,
    BudgetExceeded,
    NoProviderAvailable,
    NotUnderstood,
)
from assistant.kinds import Kind
from ledger.errors import LedgerError, LockLost, RunLocked
from ledger.text.program import program
from provisioner.errors import (
    BuildFailed,
    ContainerFailed,
    HostFailed,
    HostHeld,
    NotDeployed,
    ProvisionerError,
    RemoteUnreachable,
    ServiceUnhealthy,
    WaitTimedOut,
)

# Exit codes of the contract.
DONE, FAILED, USAGE, APPROVAL, NO_PROVIDER, BUDGET, HELD = range(7)
SET_A_KEY = (
    "set OPENAI_API_KEY, GOOGLE_API_KEY, ANTHROPIC_API_KEY or GLM_API_KEY, or OPENAI_BASE_URL for "
    "a server of your own"
)


class GraphError(Exception):
    """next_step is what a person can do, evidence are lines that prove it; both may be empty."""

    def __init__(
        self, message: str, *, next_step: str = "", evidence: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.next_step = next_step
        self.evidence = evidence


class ConfigError(GraphError):
    """path says where, as ``file: section.key`` or the flag's name; why, what would be right."""

    def __init__(
        self, path: str, why: str, *, next_step: str = "", evidence: tuple[str, ...] = ()
    ) -> None:
        super().__init__(f"{path}: {why}", next_step=next_step, evidence=evidence)
        self.path = path
        self.why = why


class FeatureExists(GraphError):
    pass


class NotYetAvailable(GraphError):
    pass


class ApprovalNeeded(GraphError):
    """evidence is what would change, line by line."""


class RunNotFound(GraphError):
    pass


class MaintenanceRefused(GraphError):
    """kind is that of the contract: of a patch, a review, a test or a provider."""

    def __init__(
        self,
        message: str,
        kind: Kind = "patch_apply_error",
        *,
        evidence: tuple[str, ...] = (),
        next_step: str = "",
    ) -> None:
        super().__init__(message, next_step=next_step, evidence=evidence)
        self.kind = kind


class Stopped(GraphError):
    def __init__(self, name: str, number: int) -> None:
        super().__init__(
            f"stopped by {name} before the first step", next_step="run the same command again"
        )
        self.number = number


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """An error in words; type is the error's class name, or a failure's kind."""

    type: str
    summary: str
    evidence: tuple[str, ...] = ()
    next: str = ""
    exit_code: int = FAILED

    def to_json(self) -> dict[str, Any]:
        """The ``error`` object of contract/CLI.md."""
        record = {**asdict(self), "evidence": list(self.evidence)}
        del record["exit_code"]
        return record


EXPECTED = (GraphError, ProvisionerError, AssistantError, LedgerError)
# The first that an error is an instance of decides.
_EXIT_CODES: dict[type[Exception], int] = {
    RunLocked: HELD,
    LockLost: HELD,
    ApprovalNeeded: APPROVAL,
    BudgetExceeded: BUDGET,
    AssistantConfigError: USAGE,
    AssistantError: NO_PROVIDER,
    HostHeld: HELD,
    **dict.fromkeys((BuildFailed, ContainerFailed, HostFailed), FAILED),
    **dict.fromkeys((ServiceUnhealthy, WaitTimedOut), FAILED),
    MaintenanceRefused: FAILED,
    Exception: USAGE,
}

_SHOWN = "correct it; `{} config show` lists the settings and where each comes from"
# The first that an error is an instance of decides.
_NEXT: dict[type[Exception], str] = {
    ConfigError: _SHOWN,
    AssistantConfigError: _SHOWN,
    BudgetExceeded: "raise the cap, e.g. --budget-usd, and give the same command again",
    NoProviderAvailable: SET_A_KEY,
    NotDeployed: "`{} status` says what is deployed",
    RunNotFound: "`{} runs` lists them",
    RemoteUnreachable: "see that it is up and reached from here, and give the same command again",
    LedgerError: "`{} doctor` says whether the ledger works",
    Exception: "mend what it names, and give the same command again",
}


def _next_step(error: Exception) -> str:
    """What a person does about an error that does not say it in words of its own."""
    if isinstance(error, ConfigError) and error.path.startswith("-"):
        return f"`{program()} --help` says what each option takes"
    if isinstance(error, NoProviderAvailable) and error.remedies:
        return "; ".join(error.remedies)
    return next((step for kind, step in _NEXT.items() if isinstance(error, kind)), "").format(
        program()
    )


def error_report(error: Exception) -> ErrorReport:
    """An error of EXPECTED in words, with its exit code."""
    evidence = tuple(getattr(error, "evidence", ()))
    next_step = getattr(error, "next_step", "") or _next_step(error)
    if isinstance(error, NotUnderstood):
        evidence = error.lines
        next_step = f"say it in a form of docs/offline-language.md, or {SET_A_KEY}"
    code = next(code for kind, code in _EXIT_CODES.items() if isinstance(error, kind))
    if isinstance(error, Stopped):
        code = 128 + error.number
    kind = error.kind if isinstance(error, MaintenanceRefused) else type(error).__name__
    return ErrorReport(kind, str(error), evidence, next_step, code)
