"""Chooses the strongest isolation that works here, by trying it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from provisioner.errors import SandboxUnavailable
from provisioner.files.temporary import private_folder
from provisioner.process import ToolMissing
from provisioner.sandbox.base import Command, Confinement, Level, Limits, Sandbox
from provisioner.sandbox.bwrap import Bubblewrap
from provisioner.sandbox.docker import Docker, make_image
from provisioner.sandbox.landlock import Landlock
from provisioner.sandbox.limited import limited
from provisioner.sandbox.seatbelt import Seatbelt

_LADDER: tuple[Sandbox, ...] = (Bubblewrap(), Landlock(), Docker(), Seatbelt())
UNSAFE = "pass --unsafe-no-sandbox to run without isolation"
REMEDIES: dict[Level, str] = {
    "bwrap": "install bubblewrap (apt install bubblewrap), and allow user namespaces",
    "landlock": "run a Linux kernel of 5.13 or later with landlock",
    "docker": "start a Docker engine on this machine",
    "seatbelt": "run macOS",
}
_faults: dict[Level, str] = {}


@dataclass(frozen=True, slots=True)
class Unsandboxed(Sandbox):
    """A clean environment and a process group of its own, for users who asked for no isolation."""

    level: ClassVar[Level] = "none"

    def confine(self, argv: Sequence[str], confinement: Confinement, *, private: Path) -> Command:
        """See Sandbox.confine; what may be read and written is not enforced here."""
        return Command(
            tuple(limited(argv, confinement)),
            confinement.variables(private),
            temporary=(str(private),),
        )


async def choose_sandbox(*, unsafe: bool = False, wanted: Level | None = None) -> Sandbox:
    """Choose the strongest level that works, or the one wanted; `unsafe`: no isolation.

    Raises SandboxUnavailable where none works, with each level's fault and the remedy.
    """
    if unsafe:
        return Unsandboxed()
    if wanted == "none":
        raise SandboxUnavailable(
            "running generated code without isolation has to be asked for", next_step=UNSAFE
        )
    faults = []
    async for sandbox, fault in probe_levels(wanted):
        if not fault:
            return sandbox
        faults.append(f"{sandbox.level}: {fault}")
    raise SandboxUnavailable(
        "no isolation for generated code works on this machine",
        evidence=faults,
        next_step=REMEDIES[wanted] if wanted else f"{REMEDIES['bwrap']}; or {UNSAFE}",
    )


async def probe_levels(wanted: Level | None = None) -> AsyncIterator[tuple[Sandbox, str]]:
    """Each level, or the one wanted, the strongest first, and why it does not work; "" where it
    does. They are tried as they are asked for, once a process."""
    for sandbox in _LADDER:
        if wanted in (None, sandbox.level):
            if sandbox.level not in _faults:
                _faults[sandbox.level] = await _fault(sandbox)
            yield sandbox, _faults[sandbox.level]


def why_no_service(sandbox: Sandbox) -> tuple[str, str]:
    """Why a level cannot run a service, and what to do; empty where it can."""
    try:
        with private_folder("probe") as private:
            sandbox.confine(["true"], Confinement(port=1), private=Path(private))
    except SandboxUnavailable as error:
        return str(error), error.next_step
    return "", ""


async def _fault(sandbox: Sandbox) -> str:
    """Why a level does not work here, "" where it does."""
    try:
        if sandbox.level == "docker" and (fault := await make_image()):
            return fault
        outcome = await sandbox.run(
            [sys.executable, "-I", "-S", "-c", "print('ok')"], Confinement(Limits(wall_seconds=20))
        )
    except (OSError, ToolMissing) as error:
        return str(error)
    return "" if outcome.stdout == "ok\n" else outcome.stderr.strip() or "it prints nothing"
