"""A sandbox whose processes carry their run's label.

A command killed while it starts a sandbox may leave it running: the kernel signals the parent's
end to a child only once the child has asked for that. The next command finds it by this label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from provisioner.modes.process import RUN_LABEL
from provisioner.sandbox.base import Command, Confinement, Level, Sandbox


@dataclass(frozen=True, slots=True)
class Labelled(Sandbox):
    """The same sandbox, with the run's label in the environment of all it starts."""

    sandbox: Sandbox
    label: str

    @property
    def level(self) -> Level:
        return self.sandbox.level

    def confine(self, argv: Sequence[str], confinement: Confinement, *, private: Path) -> Command:
        """See Sandbox.confine."""
        labelled = {**confinement.environment, RUN_LABEL: self.label}
        inner = replace(confinement, environment=labelled)
        return self.sandbox.confine(argv, inner, private=private)
