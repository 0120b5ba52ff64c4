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
_faults: dict[Level, str] = {}


async def _fault(sandbox: Sandbox) -> str:
    """Probe a level, once a process: why it does not work here, "" where it does."""
    if sandbox.level not in _faults:
        try:
            _faults[sandbox.level] = await _probe(sandbox)
        except OSError as error:
            _faults[sandbox.level] = str(error)
    return _faults[sandbox.level]


async def _probe(sandbox: Sandbox) -> str:
    if sandbox.level == "docker" and (fault := await make_image()):
        return fault
    outcome = await sandbox.run(
        [interpreter(), "-I", "-S", "-c", "print('ok')"], Confinement(Limits(wall_seconds=20))
    )
    return "" if outcome.stdout == "ok\n" else outcome.stderr.strip() or "it prints nothing"


async def choose_sandbox(*, unsafe: bool = False, wanted: Level | None = None) -> Sandbox:
    """Choose the strongest level that works, or the one wanted.

    Args:
        unsafe: run without isolation, whatever is there (`--unsafe-no-sandbox`).
        wanted: this level and no other.

    Raises:
        SandboxUnavailable: none works, with each level's fault and the remedy.
    """
    if unsafe:
        return Unsandboxed()
    if wanted == "none":
        raise SandboxUnavailable(
            "running generated code without isolation has to be asked for", next_step=_UNSAFE
        )
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
