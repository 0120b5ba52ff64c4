"""The workspace: where a run keeps its own files, and where the features are.

<workspace>/.ai-deploy/              ours alone, mode 0700, invisible to git
<workspace>/.ai-deploy/runs/<run>/   one run: its artefacts by hash, its logs
<workspace>/behaviors/<feature>/     what is delivered
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from provisioner.errors import WorkspaceInvalid
from provisioner.files.atomic import atomic_write, write_errors

#: The state folder's name, and that of the features.
STATE, BEHAVIORS = ".ai-deploy", "behaviors"
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DAMAGED = "start a new run, and check the disk"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The files of one run, stored under the hash of their content and never changed."""

    path: Path

    def put(self, data: bytes) -> str:
        """Store bytes, on disk when this returns; returns their SHA-256 in hex."""
        digest = hashlib.sha256(data).hexdigest()
        place = self._place(digest)
        if not (place.is_file() and place.read_bytes() == data):
            atomic_write(place, data)
        return digest

    def get(self, digest: str) -> bytes:
        """Read bytes that were stored; raises WorkspaceInvalid where they are gone or damaged."""
        if not _SHA256.fullmatch(digest):
            why = f"{digest!r} is no SHA-256 in hex: the run's state is damaged"
            raise WorkspaceInvalid(why, next_step=_DAMAGED)
        place = self._place(digest)
        try:
            data = place.read_bytes()
        except OSError as error:
            raise WorkspaceInvalid(
                f"the run's file {place} cannot be read: {error.strerror}",
                next_step="start a new run: this one cannot go on without it",
            ) from error
        if hashlib.sha256(data).hexdigest() != digest:
            why = f"the run's file {place} is damaged: its content is not what its name says"
            raise WorkspaceInvalid(why, next_step=_DAMAGED)
        return data

    def _place(self, digest: str) -> Path:
        return self.path / "artefacts" / digest[:2] / digest


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder that features are delivered into; its root is absolute, without links."""

    root: Path

    @property
    def state_dir(self) -> Path:
        return self.root / STATE

    def run_dir(self, run_id: str) -> Path:
        """Where a run's files are, whether it is there or not."""
        if not _RUN_ID.fullmatch(run_id):
            raise ValueError(f"{run_id!r} is no run's id")
        return self.state_dir / "runs" / run_id

    def run_folder(self, run_id: str) -> RunFolder:
        """A run's folder, made where it is missing."""
        path = self.run_dir(run_id)
        with write_errors(path):
            path.mkdir(parents=True, exist_ok=True)
        return RunFolder(path)


def open_workspace(root: Path, *, read_only: bool = False) -> Workspace:
    """Open the workspace at `root`, and make its state folder; `read_only`, nothing is made.

    Raises:
        WorkspaceInvalid: `root` is no folder, or the state folder cannot be used.
    """
    if not root.is_dir():
        raise WorkspaceInvalid(
            f"the workspace {root} is no folder", next_step="make it, or choose another one"
        )
    workspace = Workspace(root.resolve())
    if not read_only:
        _prepare(workspace.state_dir)
    return workspace


def _prepare(state: Path) -> None:
    """Make the state folder private, invisible to git and proven to be writable."""
    if os.path.lexists(state) and (state.is_symlink() or not state.is_dir()):
        what = "a link" if state.is_symlink() else "no folder"
        raise WorkspaceInvalid(f"{state} is {what}", next_step="move it away; it is made anew")
    with write_errors(state):
        state.mkdir(mode=0o700, exist_ok=True)
        if state.stat().st_mode & 0o077:
            state.chmod(0o700)
        ignore = state / ".gitignore"
        # Written in place: one that a kill left incomplete is replaced at the next start.
        if ignore.is_symlink() or not ignore.is_file() or ignore.read_bytes() != b"*\n":
            ignore.unlink(missing_ok=True)
            with suppress(FileExistsError), ignore.open("xb") as file:  # another was quicker
                file.write(b"*\n")
        with tempfile.TemporaryFile(dir=state) as probe:
            probe.write(b"writable")
