"""Starting a server in the sandbox, where it has no network but the socket it listens on."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from ledger.process import Process
from provisioner.process import start_process
from provisioner.sandbox.base import Command, Confinement, Limits, Sandbox

#: A server runs for days, and its log grows; its memory and its processes are bounded still.
LIMITS = Limits(cpu_seconds=1 << 30, memory_bytes=2 << 30, processes=512, file_bytes=1 << 40)


async def start_confined(
    sandbox: Sandbox, argv: Sequence[str], confinement: Confinement, log: Path
) -> Process:
    """Start a background process that inherits `confinement.listener`.

    Its temporary folder is made beside the log where the sandbox has none of its own.
    """
    assert confinement.listener is not None
    command, cwd = _confined(sandbox, argv, confinement, log.parent)
    return await start_process(
        command.argv,
        cwd=cwd,
        env=command.environment,
        log=log,
        pass_fds=(confinement.listener,),
    )


def _confined(
    sandbox: Sandbox, argv: Sequence[str], confinement: Confinement, beside: Path
) -> tuple[Command, Path]:
    private = Path(tempfile.mkdtemp(prefix="service-", dir=beside))
    command = sandbox.confine(argv, confinement, private=private)
    if not any(Path(place).is_relative_to(private) for place in command.temporary):
        private.rmdir()
    return command, confinement.start_folder(private)
