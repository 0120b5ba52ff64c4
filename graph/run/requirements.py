"""The text that a run began with, kept in its folder and known by its hash."""

from __future__ import annotations

import hashlib

from ledger.runs import Run
from provisioner.errors import WorkspaceInvalid
from provisioner.files.atomic import atomic_write
from provisioner.files.workspace import RunFolder, Workspace

FILE = "requirements.md"


def requirements_sha(text: str) -> str:
    """By what a run's requirements are recognised."""
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()


def keep_requirements(files: RunFolder, text: str) -> None:
    """Put them on disk before the run is recorded."""
    atomic_write(files.path / FILE, text.encode())


def recorded_requirements(workspace: Workspace, run: Run) -> str:
    """The text that an earlier run began with; "" where it is gone, damaged or empty."""
    file = workspace.run_dir(run.run_id) / FILE
    text = file.read_text("utf-8", "replace") if file.is_file() else ""
    return text if requirements_sha(text) == run.requirements_sha else ""


def requirements_of(files: RunFolder, run: Run, given: str | None = None) -> str:
    """The text that the run began with, proven by its hash.

    Args:
        files: the run's folder.
        run: as it is recorded.
        given: what a request says now; the same text takes the place of a damaged one.

    Raises:
        WorkspaceInvalid: it is damaged, and is not given again.
    """
    file = files.path / FILE
    text = file.read_text("utf-8", "replace") if file.is_file() else ""
    if requirements_sha(text) == run.requirements_sha:
        return text
    if given and requirements_sha(given) == run.requirements_sha:
        keep_requirements(files, given)
        return given
    raise WorkspaceInvalid(
        f"{file} is not what run {run.run_id} began with",
        next_step="give the same --requirements again, or others to begin a new run",
    )
