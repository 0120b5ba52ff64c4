"""How a service's process is made: plainly, or confined by the sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from provisioner.shell import Started, start_process

if TYPE_CHECKING:
    from provisioner.sandbox.base import Limits, Sandbox


class Launcher(Protocol):
    """Starts a program that stays; `provisioner.shell.start_process`, or one with a sandbox."""

    async def __call__(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        log: Path,
        pass_fds: Sequence[int] = (),
    ) -> Started: ...


def confined(sandbox: Sandbox, limits: Limits) -> Launcher:
    """A launcher that starts a service in the sandbox, without any network of its own.

    It still answers: the socket that it inherits was bound outside, and connections to a socket
    belong to the network that it was bound in. So the service can be asked by us and can itself
    reach nobody, this machine's other services included. It ends with the process that started
    it, so a service that is to be kept is not started so.
    """

    async def launch(
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        log: Path,
        pass_fds: Sequence[int] = (),
    ) -> Started:
        command = sandbox.confine(
            argv, folder=None, readable=(cwd,), limits=limits, environment=env
        )
        return await start_process(
            command.argv, cwd=cwd, env=command.environment, log=log, pass_fds=pass_fds
        )

    return launch
