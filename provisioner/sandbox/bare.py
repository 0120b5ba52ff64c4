"""No isolation: only for those who asked for it in so many words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from provisioner.sandbox.base import CLEAN_ENVIRONMENT, Command, Level, Limits
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
        folder: Path | None,
        readable: Sequence[Path],
        limits: Limits,
        environment: Mapping[str, str],
    ) -> Command:
        """See Sandbox.confine; the folder and what is readable are not enforced here."""
        return Command(tuple(argv), {**CLEAN_ENVIRONMENT, **environment})
