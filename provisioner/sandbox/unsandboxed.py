"""No isolation: only for those who asked for it in so many words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from provisioner.sandbox.base import CLEAN_ENVIRONMENT, Command, Level, Limits, Needs
from provisioner.sandbox.limited import limited
from provisioner.sandbox.process import Runs


@dataclass(frozen=True, slots=True)
class Bare(Runs):
    """A clean environment and a process group of its own, nothing more."""

    @property
    def level(self) -> Level:
        return "none"

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
        """See Sandbox.confine; what may be read and written is not enforced here."""
        own = {"HOME": str(private), "TMPDIR": str(private)}
        return Command(
            tuple(argv if warden else limited(argv, limits)),
            {**CLEAN_ENVIRONMENT, **own, **(environment or {})},
            temporary=(str(private),),
        )
