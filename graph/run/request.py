"""The request for a run, and questions to a person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graph.config.models import Settings
from graph.errors import ApprovalNeeded
from ledger.runs import NO_OPTIONS, RunOptions

PARTS = ("tests", "main", "service")
"""The parts of a feature that `--regenerate` names, in the order of the workflow."""

# Whoever holds the feature's lock and finds a run that says "running" knows that it was killed.
UNFINISHED = ("running", "paused", "interrupted")
_SHOWN = 40  # lines of a change that a paused run's result quotes; the files hold all of it


@dataclass(frozen=True, slots=True)
class Question:
    """A decision that needs a person's approval.

    Attributes:
        asks: the decision, in one sentence; yes and no say what each answer leads to.
        change: what would change, line by line: a unified diff.
    """

    asks: str
    reason: str
    change: tuple[str, ...]
    yes: str
    no: str


Approve = Callable[[Question], Awaitable[None]]
"""Returns where it is approved, raises ApprovalNeeded where it is not."""


async def refuse(question: Question) -> None:
    """Approve nothing: raise ApprovalNeeded."""
    more = len(question.change) - _SHOWN
    rest = (f"… and {more} lines more",) if more > 0 else ()
    raise ApprovalNeeded(
        question.asks,
        next_step="look at the change, and resume with --yes to approve it",
        evidence=(question.reason, *question.change[:_SHOWN], *rest),
    )


async def agree(question: Question) -> None:
    """Approve everything."""


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One call of the main command, with its settings resolved.

    Attributes:
        requirements: what the feature must do; None where they are those of an earlier run.
        workspace: the repository to work in.
        options: those that were given; a resumed run gets them again.
        environ: the environment with .env in it, for keys and the database's address.
        commit, push: whether git and the remote are touched.
        keep_files: keep test.py, main.py, service.py and service-test.py as they are.
        regenerate: the parts of a feature that exists which are written anew, of PARTS.
        keep_running: leave the service running at the end.
        recovery: go on from the failure of this feature's last run.
    """

    feature: str
    requirements: str | None
    workspace: Path
    settings: Settings
    options: RunOptions = NO_OPTIONS
    environ: Mapping[str, str] = field(default_factory=dict)
    commit: bool = True
    push: bool = True
    keep_files: bool = False
    regenerate: tuple[str, ...] = ()
    keep_running: bool = False
    recovery: bool = False
    approve: Approve = refuse
