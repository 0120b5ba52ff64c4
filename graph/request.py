"""The request for a run, its requirements, and questions to a person."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graph.config.models import DeploymentConfig
from graph.errors import ApprovalNeeded
from ledger.runs import NO_OPTIONS, Run, RunOptions
from provisioner.errors import WorkspaceInvalid
from provisioner.files.atomic import atomic_write
from provisioner.files.workspace import RunFolder, Workspace

PARTS = ("tests", "main", "service")
"""The parts of a feature that `--regenerate` names, in the order of the workflow."""

# Whoever holds the feature's lock and finds a run that says "running" knows that it was killed.
UNFINISHED = ("running", "paused", "interrupted")
_FILE = "requirements.md"  # in the run's folder
_SHOWN = 40  # lines of a change that a paused run's result quotes; the files hold all of it


@dataclass(frozen=True, slots=True)
class Question:
    """A decision that needs a person's approval: what would change, as the lines of a diff, and
    what each answer leads to."""

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
        analyze_logs: look at fresh logs of it first.
    """

    feature: str
    requirements: str | None
    workspace: Path
    settings: DeploymentConfig
    options: RunOptions = NO_OPTIONS
    environ: Mapping[str, str] = field(default_factory=dict)
    commit: bool = True
    push: bool = True
    keep_files: bool = False
    regenerate: tuple[str, ...] = ()
    keep_running: bool = False
    recovery: bool = False
    analyze_logs: bool = False
    approve: Approve = refuse


def requirements_sha(text: str) -> str:
    """The SHA-256 of the requirements without leading and trailing space."""
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()


def store_requirements(files: RunFolder, text: str) -> None:
    atomic_write(files.path / _FILE, text.encode())


def find_requirements(workspace: Workspace, run: Run) -> str:
    """Read the requirements of a run; "" where they are missing, damaged or empty."""
    return _read(workspace.run_dir(run.run_id) / _FILE, run) or ""


def load_requirements(files: RunFolder, run: Run, given: str | None = None) -> str:
    """Read the requirements that the run began with; the same text, `given` again, mends them."""
    file = files.path / _FILE
    text = _read(file, run)
    if text is not None:
        return text
    if given and requirements_sha(given) == run.requirements_sha:
        store_requirements(files, given)
        return given
    raise WorkspaceInvalid(
        f"{file} is not what run {run.run_id} began with",
        next_step="give the same --requirements again, or others to begin a new run",
    )


def _read(file: Path, run: Run) -> str | None:
    """The file's text; None where it is not that of the run."""
    text = file.read_text("utf-8", "replace") if file.is_file() else ""
    return text if requirements_sha(text) == run.requirements_sha else None
