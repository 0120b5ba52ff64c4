"""No isolation: only for those who asked for it in so many words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from provisioner.sandbox.base import Command, Confinement, Level
from provisioner.sandbox.limited import limited
from provisioner.sandbox.process import Runs


@dataclass(frozen=True, slots=True)
class Unsandboxed(Runs):
    """A clean environment and a process group of its own, nothing more."""

    @property
    def level(self) -> Level:
        return "none"

    def confine(self, argv: Sequence[str], confinement: Confinement, *, private: Path) -> Command:
        """See Sandbox.confine; what may be read and written is not enforced here."""
        if not confinement.supervisor:
            argv = limited(argv, confinement.limits)
        return Command(
            tuple(argv),
            confinement.variables(HOME=str(private), TMPDIR=str(private)),
            temporary=(str(private),),
        )
