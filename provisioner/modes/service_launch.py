"""How a service's process is made: in the sandbox, which has no network but what it listens on."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from ledger.process import Process
from provisioner.process import start_process
from provisioner.sandbox.base import Command, Confinement, Limits, Sandbox

#: A server runs for days, and its log grows; its memory and its processes are bounded still.
LIMITS = Limits(cpu_seconds=1 << 30, memory_bytes=2 << 30, processes=512, file_bytes=1 << 40)


class Launcher(Protocol):
    """Starts a program that stays; `provisioner.process.start_process`, or one with a sandbox."""

    async def __call__(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        log: Path,
        pass_fds: Sequence[int] = (),
    ) -> Process: ...


def confined(sandbox: Sandbox, data: Path | None = None, port: int | None = None) -> Launcher:
    """A launcher that starts a service in a sandbox.

    We can ask the service, and it can reach nobody, this machine's other services included. It
    reads its folder, and writes in a temporary one beside its log.

    Args:
        sandbox: where it runs.
        data: an existing folder that it may write in, too.
        port: of a database on this machine, which it may connect to.
    """

    async def launch(
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        log: Path,
        pass_fds: Sequence[int] = (),
    ) -> Process:
        (listener,) = pass_fds
        confinement = Confinement(
            limits=LIMITS,
            folder=data,
            readable=(cwd,),
            environment=env,
            cwd=cwd,
            port=port,
            listener=listener,
        )
        command = _confined(sandbox, argv, confinement, log.parent)
        return await start_process(
            command.argv, cwd=cwd, env=command.environment, log=log, pass_fds=pass_fds
        )

    return launch


def _confined(
    sandbox: Sandbox, argv: Sequence[str], confinement: Confinement, beside: Path
) -> Command:
    private = Path(tempfile.mkdtemp(prefix="service-", dir=beside))
    command = sandbox.confine(argv, confinement, private=private)
    if not any(Path(place).is_relative_to(private) for place in command.temporary):
        private.rmdir()  # this level has a place of its own
    return command
