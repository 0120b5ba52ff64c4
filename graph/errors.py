"""Errors of a run as a whole.

GraphError
├── ConfigError(path, why)   a setting, a flag or a file is wrong; says how to mend it
├── FeatureExists            the feature is there already; says which flags apply
├── NotYetAvailable          a part of the contract that this version does not have
├── ApprovalNeeded           a person has to approve; the run waits
├── RunNotFound              no such run, or none that can go on
└── Stopped(number)          a signal came before the run had begun or gone on
"""

from __future__ import annotations

# Exit codes of the contract.
DONE, FAILED, USAGE, APPROVAL, NO_PROVIDER, BUDGET, HELD = range(7)


class GraphError(Exception):
    """Root of all errors of this package.

    Attributes:
        next_step: what a person can do, may be empty.
    """

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        self.next_step = next_step


class ConfigError(GraphError):
    """A setting is wrong.

    Attributes:
        path: where, as ``file: section.key`` or the flag's name.
        why: what is wrong and what would be right.
    """

    def __init__(self, path: str, why: str, *, next_step: str = "") -> None:
        super().__init__(f"{path}: {why}", next_step=next_step)
        self.path = path
        self.why = why


class FeatureExists(GraphError):
    """The feature's folder holds work that this run would overwrite."""


class NotYetAvailable(GraphError):
    """A part of the contract that this version does not have yet."""


class ApprovalNeeded(GraphError):
    """The run pauses until a person approves.

    Attributes:
        evidence: what would change, line by line.
    """

    def __init__(
        self, message: str, *, next_step: str = "", evidence: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message, next_step=next_step)
        self.evidence = evidence


class RunNotFound(GraphError):
    """No run of that name, or none that can go on."""


class Stopped(GraphError):
    """A signal came before the run had begun or gone on; nothing was changed.

    Attributes:
        number: of the signal.
    """

    def __init__(self, name: str, number: int) -> None:
        super().__init__(
            f"stopped by {name} before the first step", next_step="run the same command again"
        )
        self.number = number
