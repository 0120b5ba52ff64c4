"""Chooses the strongest isolation that works here, by trying it."""

from __future__ import annotations

from provisioner.errors import SandboxUnavailable
from provisioner.sandbox.base import Confinement, Level, Limits, Sandbox
from provisioner.sandbox.bwrap import Bubblewrap
from provisioner.sandbox.docker import Docker, make_image
from provisioner.sandbox.interpreter import interpreter
from provisioner.sandbox.landlock import Landlock
from provisioner.sandbox.seatbelt import Seatbelt
from provisioner.sandbox.unsandboxed import Unsandboxed

_LADDER: tuple[Sandbox, ...] = (Bubblewrap(), Landlock(), Docker(), Seatbelt())
_UNSAFE = "pass --unsafe-no-sandbox to run without isolation"
_REMEDY: dict[Level, str] = {
    "bwrap": "install bubblewrap (apt install bubblewrap), and allow user namespaces",
    "landlock": "run a Linux kernel of 5.13 or later with landlock",
    "docker": "start a Docker engine on this machine",
    "seatbelt": "run macOS",
    "none": _UNSAFE,
}
_PROBE = "import os; print('ok', os.getpid())"
_works: dict[Level, str] = {}


async def _fault(sandbox: Sandbox) -> str:
    """Why a level does not work here, "" where it does; asked once a process."""
    if sandbox.level not in _works:
        try:
            _works[sandbox.level] = await _try(sandbox)
        except OSError as error:
            _works[sandbox.level] = str(error)
    return _works[sandbox.level]


async def _try(sandbox: Sandbox) -> str:
    if sandbox.level == "docker" and (fault := await make_image()):
        return fault
    outcome = await sandbox.run(
        [interpreter(), "-I", "-S", "-c", _PROBE], Confinement(Limits(wall_seconds=20))
    )
    if outcome.stdout.startswith("ok"):
        return ""
    return outcome.stderr.strip() or "it says nothing"


def _unconfined(unsafe: bool) -> Sandbox:
    if unsafe:
        return Unsandboxed()
    raise SandboxUnavailable(
        "running generated code without isolation has to be asked for",
        next_step="pass --unsafe-no-sandbox to run without isolation",
    )


async def choose_sandbox(*, unsafe: bool = False, wanted: Level | None = None) -> Sandbox:
    """The strongest level that works, or the one wanted.

    Args:
        unsafe: run without isolation, whatever is there (`--unsafe-no-sandbox`).
        wanted: this level and no other.

    Raises:
        SandboxUnavailable: none works, with each level's fault and the remedy.
    """
    if unsafe or wanted == "none":
        return _unconfined(unsafe)
    faults = []
    for sandbox in _LADDER:
        if wanted in (None, sandbox.level):
            fault = await _fault(sandbox)
            if not fault:
                return sandbox
            faults.append(f"{sandbox.level}: {fault}")
    raise SandboxUnavailable(
        "no isolation for generated code works on this machine",
        evidence=faults,
        next_step=_REMEDY[wanted] if wanted else f"{_REMEDY['bwrap']}; or {_UNSAFE}",
    )
