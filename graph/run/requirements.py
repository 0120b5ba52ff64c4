"""The requirements of a run: a file in its folder, checked by its hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ledger.runs import Run
from provisioner.errors import WorkspaceInvalid
from provisioner.files.atomic import atomic_write
from provisioner.files.workspace import RunFolder, Workspace

FILE = "requirements.md"


def requirements_sha(text: str) -> str:
    """The SHA-256 of the requirements without leading and trailing space."""
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()


def store_requirements(files: RunFolder, text: str) -> None:
    atomic_write(files.path / FILE, text.encode())


def find_requirements(workspace: Workspace, run: Run) -> str:
    """Read the requirements of a run; "" where they are missing, damaged or empty."""
    return _read(workspace.run_dir(run.run_id) / FILE, run) or ""


def load_requirements(files: RunFolder, run: Run, given: str | None = None) -> str:
    """Read the requirements that the run began with; the same text, `given` again, mends them.

    Raises:
        WorkspaceInvalid: they are damaged, and not given again.
    """
    file = files.path / FILE
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
