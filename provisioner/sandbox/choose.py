"""Chooses the strongest isolation that works here, by trying it."""

from __future__ import annotations

from provisioner.errors import SandboxUnavailable
from provisioner.sandbox.bare import Bare
from provisioner.sandbox.base import Level, Limits, Sandbox
from provisioner.sandbox.bwrap import Bubblewrap
from provisioner.sandbox.interpreter import interpreter
from provisioner.sandbox.landlock import Landlock

_LADDER: tuple[Sandbox, ...] = (Bubblewrap(), Landlock())
_PROBE = "import os; print('ok', os.getpid())"
_works: dict[Level, str] = {}


async def _fault(sandbox: Sandbox) -> str:
    """Why a level does not work here, "" where it does; asked once a process."""
    if sandbox.level not in _works:
        try:
            outcome = await sandbox.run(
                [interpreter(), "-I", "-S", "-c", _PROBE], limits=Limits(wall_seconds=20)
            )
        except OSError as error:
            _works[sandbox.level] = str(error)
        else:
            said = outcome.stdout.startswith("ok")
            _works[sandbox.level] = "" if said else outcome.stderr.strip() or "it says nothing"
    return _works[sandbox.level]


async def choose_sandbox(*, unsafe: bool = False, wanted: Level | None = None) -> Sandbox:
    """The strongest level that works, or the one wanted.

    Args:
        unsafe: run without isolation, whatever is there (`--unsafe-no-sandbox`).
        wanted: this level and no other.

    Raises:
        SandboxUnavailable: none works, with each level's fault and the remedy.
    """
    if unsafe:
        return Bare()
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
        next_step="install bubblewrap, or pass --unsafe-no-sandbox to run without isolation",
    )
