"""Orders to a host, which `modes/inside/host.py` carries out there; several in one round trip.

Each looks first whether its work is done already. So one whose connection was lost, or whose run
was killed, is simply given again.
"""

from __future__ import annotations

import errno
import json
import time
from collections.abc import AsyncIterator, Sequence
from importlib.resources import files
from typing import Any

from provisioner.errors import (
    HostFailed,
    HostHeld,
    HostUnsuitable,
    ProvisionerError,
    RemoteUnreachable,
)
from provisioner.hosts.connection import HostConnection

#: Sent with every order: the first ones as modules, the last one is run.
_MODULES, _PROGRAM = ("supervise", "lease", "boot"), "host"
_BOOTSTRAP = """\
import sys, types
for name, length in {modules}:
    module = sys.modules[name] = types.ModuleType(name)
    exec(sys.stdin.buffer.read(length), module.__dict__)
exec(sys.stdin.buffer.read({length}))
"""
_LEASE_SECONDS = 120.0  # beyond the longest order
_FOLLOW_SECONDS = 1e7
_ONLY_LOOK = ("alive", "log", "look")

Order = dict[str, Any]


def order(name: str, /, **arguments: Any) -> Order:
    """An order by its name, a method of `Feature` in `modes/inside/host.py`."""
    return {"order": name, **arguments}


class HostOrders:
    """Gives orders on a feature to a host.

    Attributes:
        python: the interpreter there that carries them out.
        owner: who holds the feature on the host from the first order on; "" only looks.
    """

    def __init__(
        self, connection: HostConnection, feature: str, *, folder: str, python: str, owner: str
    ) -> None:
        self.connection, self.feature = connection, feature
        self.folder, self.python, self.owner = folder, python, owner

    async def carry_out(self, *orders: Order, data: bytes = b"", seconds: float = 0.0) -> list[Any]:
        """Have orders carried out in their order, again where the connection is lost meanwhile.

        Args:
            data: what the one of them reads that reads something.
            seconds: for all of them; 0 is as for any command.

        Raises:
            HostHeld: another deployment of the feature is under way there.
            HostFailed: one could not be done; a full disk is an OSError at its root.
            HostUnsuitable: the host lacks something.
        """
        return await self.connection.step(lambda: self.attempt(*orders, data=data, seconds=seconds))

    async def attempt(self, *orders: Order, data: bytes = b"", seconds: float = 0.0) -> list[Any]:
        """The same once; raises RemoteUnreachable where the connection is lost."""
        limit = seconds or self.connection.waits.command
        argv, program = self._command(orders, limit)
        ended = await self.connection.run(argv, stdin=program + data, seconds=limit)
        names = ", ".join(one["order"] for one in orders)
        line = ended.stdout.decode("utf-8", "replace").strip().rpartition("\n")[2]
        try:
            answer = json.loads(line)
        except ValueError:
            why = f"took more than {limit:g} s" if ended.timed_out else "failed"
            raise HostFailed(
                f"{self.connection.address}: {names} {why}",
                evidence=ended.tail.splitlines()[-8:],
                next_step="look at the last lines; ssh.command_seconds is the time for one command",
            ) from None
        if isinstance(answer, dict):
            raise self._error(names, answer)
        return list(answer)

    async def log(self, release: str, *, follow: bool) -> AsyncIterator[str]:
        """The end of a release's log in lines, and with `follow` what comes until it ends."""
        seconds = _FOLLOW_SECONDS if follow else self.connection.waits.command
        argv, program = self._command([order("log", release=release, follow=follow)], seconds)
        async for line in self.connection.lines(argv, stdin=program, seconds=seconds):
            yield line

    def _command(self, orders: Sequence[Order], seconds: float) -> tuple[list[str], bytes]:
        inside = files("provisioner.modes.inside")
        *modules, program = (
            inside.joinpath(f"{name}.py").read_bytes() for name in (*_MODULES, _PROGRAM)
        )
        names = (f"provisioner.modes.inside.{name}" for name in _MODULES)
        lengths = list(zip(names, map(len, modules), strict=True))
        bootstrap = _BOOTSTRAP.format(modules=lengths, length=len(program))
        argv = [self.python, "-I", "-B", "-c", bootstrap, self.folder, self.feature]
        lease = None
        if self.owner and not all(one["order"] in _ONLY_LOOK for one in orders):
            number, until = time.time_ns(), seconds + _LEASE_SECONDS
            lease = {"owner": self.owner, "number": number, "seconds": until}
        return [*argv, json.dumps(orders), json.dumps(lease)], b"".join([*modules, program])

    def _error(self, orders: str, answer: dict[str, Any]) -> ProvisionerError:
        said = answer["message"]
        message, evidence = f"{self.connection.address}: {said}", answer["evidence"]
        match answer["error"]:
            case "cut":
                return RemoteUnreachable(message)
            case "held":
                return HostHeld(message, next_step="wait for it, or end it")
            case "unsuitable":
                return HostUnsuitable(message, evidence=evidence, next_step="install it there")
            case "full":
                failed = HostFailed(
                    f"{self.connection.address}: there is no space left for {orders}",
                    evidence=[said],
                    next_step="free some there, and run the same command again",
                )
                failed.__cause__ = OSError(errno.ENOSPC, said)
            case "port":
                failed = HostFailed(message, next_step="name another in ssh.port")
                failed.__cause__ = OSError(errno.EADDRINUSE, said)
            case _:
                failed = HostFailed(message, evidence=evidence)
        return failed
