"""The feature's folder: every file that the tool writes there is known by its hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ledger.effects import Effects
from provisioner.errors import WorkspaceInvalid
from provisioner.files import atomic_write, within


@dataclass(frozen=True, slots=True)
class FeatureFolder:
    """``behaviors/<feature>`` of a workspace.

    Attributes:
        root: the workspace.
        feature: its name.
        effects: the record of what was written, across all runs.
    """

    root: Path
    feature: str
    effects: Effects

    @property
    def relative(self) -> str:
        """The folder as git names it, relative to the workspace."""
        return f"behaviors/{self.feature}"

    @property
    def path(self) -> Path:
        return within(self.root, self.root / "behaviors" / self.feature)

    def read(self, name: str) -> bytes | None:
        """A file's content, None where there is none.

        Raises:
            WorkspaceInvalid: something else than a readable file is in its place.
        """
        path = self.path / name
        try:
            return within(self.root, path).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise WorkspaceInvalid(
                f"{self.relative}/{name} cannot be read: {error.strerror}",
                next_step="move it away or make it a readable file",
            ) from error

    def write(self, name: str, content: bytes) -> None:
        """Write a file unless it is there already; the record comes first."""
        if self.read(name) == content:
            return
        key = self._key(name, content)
        if self.effects.look(key) is None:
            self.effects.begin(key, "file", {"path": f"{self.relative}/{name}"})
        atomic_write(self.path / name, content)
        self.effects.finish(key, {})

    def is_ours(self, name: str) -> bool:
        """Whether a file has exactly a content that the tool once wrote there."""
        content = self.read(name)
        return content is not None and self.effects.look(self._key(name, content)) is not None

    def _key(self, name: str, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        return f"file/{self.relative}/{name}/{digest}"
