"""No isolation, for users who asked for it explicitly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from provisioner.sandbox.base import Command, Confinement, Level, Sandbox
from provisioner.sandbox.limited import limited


@dataclass(frozen=True, slots=True)
class Unsandboxed(Sandbox):
    """A clean environment and a process group of its own, nothing more."""

    level: ClassVar[Level] = "none"

    def confine(self, argv: Sequence[str], confinement: Confinement, *, private: Path) -> Command:
        """See Sandbox.confine; what may be read and written is not enforced here."""
        if not confinement.supervisor:
            argv = limited(argv, confinement.limits)
        return Command(
            tuple(argv),
            confinement.variables(HOME=str(private), TMPDIR=str(private)),
            temporary=(str(private),),
        )
