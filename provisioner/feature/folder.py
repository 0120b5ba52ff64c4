"""The feature's folder, where every file that the tool writes is recorded by its hash."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from ledger.database import Ledger
from ledger.effects import EffectKey
from ledger.runs import Run
from provisioner.errors import WorkspaceInvalid
from provisioner.feature.scaffold import feature_folder
from provisioner.files.atomic import atomic_write, within
from provisioner.files.reading import read_file
from provisioner.files.workspace import BEHAVIORS

_RUNS_REMEMBERED = 50


@dataclass(frozen=True, slots=True)
class FeatureFolder:
    """``behaviors/<feature>`` of a workspace."""

    root: Path  # the workspace
    feature: str  # its name
    ledger: Ledger  # holds what was written, by this run and by earlier ones
    run_id: str = ""  # the run that writes, "" for reading only

    @property
    def relative(self) -> str:
        """The folder as git names it, relative to the workspace."""
        return f"{BEHAVIORS}/{self.feature}"

    @property
    def path(self) -> Path:
        return feature_folder(self.root, self.feature)

    def check_writable(self) -> None:
        """Raises WorkspaceInvalid where the folder cannot be made or written."""
        place = self.path
        while not place.exists():
            place = place.parent
        if not os.access(place, os.W_OK | os.X_OK):
            raise WorkspaceInvalid(
                f"{place} cannot be written",
                next_step="make it writable for this user, or choose another workspace",
            )

    def read(self, name: str) -> bytes | None:
        """A file's content, None where there is none; see `read_file`."""
        return read_file(within(self.root, self.path / name))

    def digest(self, name: str) -> str:
        """SHA-256 of a file in hex, "" where there is none."""
        content = self.read(name)
        return "" if content is None else hashlib.sha256(content).hexdigest()

    def write(self, name: str, content: bytes) -> None:
        """Write a file once: looked for first, written second, recorded third."""
        key = EffectKey(self.run_id, "file", _input(name, content))
        if self.read(name) != content:
            self.ledger.effects.begin(key, "file", {"path": f"{self.relative}/{name}"})
            atomic_write(self.path / name, content)
        if self.ledger.effects.find(key):
            self.ledger.effects.finish(key, {})

    def is_ours(self, name: str) -> bool:
        """Whether a file has exactly a content that the tool itself wrote there."""
        return bool(self._writers(name))

    def is_leftover(self, name: str) -> bool:
        """Whether a file was written only by runs that failed or did not end."""
        writers = self._writers(name)
        return bool(writers) and all(run.status != "done" for run in writers)

    def _writers(self, name: str) -> list[Run]:
        """The runs that wrote a file as it is now."""
        content = self.read(name)
        if content is None:
            return []
        effects, wanted = self.ledger.effects, _input(name, content)
        return [
            run
            for run in self.ledger.runs.list(limit=_RUNS_REMEMBERED, feature=self.feature)
            if effects.find(EffectKey(run.run_id, "file", wanted))
        ]


def _input(name: str, content: bytes) -> str:
    return f"{name} {hashlib.sha256(content).hexdigest()}"


def content_revision(folder: Path) -> str:
    """A name for a folder's content as it is, committed or not; hidden and compiled files aside.

    Its digits come first, since names and messages take the first ten of a revision.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        hidden = any(part.startswith(".") or part == "__pycache__" for part in name.parts)
        if path.is_file() and not hidden:
            digest.update(f"{_input(name.as_posix(), path.read_bytes())}\n".encode())
    return f"{digest.hexdigest()[:16]}-content"
