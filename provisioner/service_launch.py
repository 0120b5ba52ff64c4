"""How a service's process is made: plainly, or confined by a sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from provisioner.shell import Started, start_process


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


class Confine(Protocol):
    """Wraps a command in a sandbox in which it may read its folder: gives argv and environment."""

    def __call__(
        self, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str]
    ) -> tuple[Sequence[str], Mapping[str, str]]: ...


def confined(confine: Confine) -> Launcher:
    """A launcher that starts a service in a sandbox, which may be one without any network.

    The service still answers: the socket that it inherits was bound outside, and what connects to
    a socket belongs to the network that it was bound in. So we can ask the service, and it can
    reach nobody, this machine's other services included.

    A sandbox that ends with its parent takes the service with it, so one that is to be kept needs
    a sandbox that does not.
    """

    async def launch(
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        log: Path,
        pass_fds: Sequence[int] = (),
    ) -> Started:
        wrapped, environment = confine(argv, cwd=cwd, env=env)
        return await start_process(wrapped, cwd=cwd, env=environment, log=log, pass_fds=pass_fds)

    return launch
