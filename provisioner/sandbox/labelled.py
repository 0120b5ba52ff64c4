"""A sandbox whose processes tell which run they belong to.

A command killed while it starts a sandbox may leave it running: the kernel tells the child of its
parent's end only once the child has asked for that. The next command finds it by this mark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from provisioner.modes.service import RUN_MARKER
from provisioner.sandbox.base import Command, Level, Limits, Needs, Sandbox
from provisioner.sandbox.process import Runs


@dataclass(frozen=True, slots=True)
class Marked(Runs):
    """The same sandbox, with the run's mark in the environment of all it starts."""

    sandbox: Sandbox
    mark: str

    @property
    def level(self) -> Level:
        return self.sandbox.level

    def confine(
        self,
        argv: Sequence[str],
        *,
        private: Path,
        folder: Path | None = None,
        readable: Sequence[Path] = (),
        limits: Limits,
        environment: Mapping[str, str] | None = None,
        needs: Needs = Needs(),  # noqa: B008  # frozen
        warden: bool = False,
    ) -> Command:
        """See Sandbox.confine."""
        return self.sandbox.confine(
            argv,
            private=private,
            folder=folder,
            readable=readable,
            limits=limits,
            environment={**(environment or {}), RUN_MARKER: self.mark},
            needs=needs,
            warden=warden,
        )
