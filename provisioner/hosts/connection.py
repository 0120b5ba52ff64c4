"""A connection to a host: its key is always verified, nothing is asked, all waiting is bounded."""

from __future__ import annotations

import asyncio
import shlex
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from provisioner.errors import (
    CommandFailed,
    HostUnverified,
    RemoteDenied,
    RemoteInvalid,
    RemoteUnreachable,
)
from provisioner.hosts.address import SSH_PORT, HostAddress

if TYPE_CHECKING:
    import asyncssh

_KILL_SECONDS = 5
_KEEPALIVE_SECONDS, _KEEPALIVES = 5, 3
_FIRST_PAUSE_SECONDS, _LAST_PAUSE_SECONDS = 0.2, 2.0
_TIMED_OUT = (124, 137)  # exit codes of `timeout`: the signal worked, or took a SIGKILL
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Waits:
    """How long is waited for a host, in seconds: for a connection, for one command, and for one
    that was reached and is away."""

    connect: float = 10.0
    command: float = 300.0
    away: float = 60.0


@dataclass(frozen=True, slots=True)
class Ended:
    """A command on a host that has ended."""

    argv: tuple[str, ...]
    exit_code: int
    stdout: bytes
    stderr: bytes

    @property
    def timed_out(self) -> bool:
        return self.exit_code in _TIMED_OUT

    @property
    def tail(self) -> str:
        """The end of both outputs."""
        parts = (part.decode("utf-8", "replace").strip() for part in (self.stdout, self.stderr))
        return "\n".join(part for part in parts if part)[-4_000:]


class HostConnection:
    """A host, connected to when it is first needed, and again where the connection was lost."""

    def __init__(self, address: HostAddress, waits: Waits) -> None:
        self.address, self.waits = address, waits
        self._connection: asyncssh.SSHClientConnection | None = None
        self._was_connected = False

    async def run(
        self, argv: Sequence[str], *, stdin: bytes = b"", seconds: float | None = None
    ) -> Ended:
        """Run a command to its end; raises RemoteUnreachable where the connection is lost.

        Args:
            stdin: what it reads, and then the end of its input.
            seconds: until it is ended on the host, whether we are still there or not.
        """
        import asyncssh

        limit = self.waits.command if seconds is None else seconds
        connection = await self.connected()
        command = remote_command(argv, limit)
        try:
            async with asyncio.timeout(limit + 2 * _KILL_SECONDS):
                ended = await connection.run(command, input=stdin, encoding=None)
        except (asyncssh.Error, OSError, TimeoutError) as error:  # ConnectionLost among them
            raise await self._lost(error) from error
        if ended.returncode is None:
            raise await self._lost(None)
        stdout, stderr = (_bytes(part) for part in (ended.stdout, ended.stderr))
        return Ended(tuple(argv), ended.returncode, stdout, stderr)

    async def lines(
        self, argv: Sequence[str], *, stdin: bytes = b"", seconds: float
    ) -> AsyncIterator[str]:
        """The output of a command as it comes, both outputs together.

        Raises:
            RemoteUnreachable: the connection was lost.
            CommandFailed: it failed, or was ended for its time.
        """
        import asyncssh

        connection, tail = await self.connected(), ""
        try:
            command = remote_command(argv, seconds)
            async with connection.create_process(
                command, encoding=None, stderr=asyncssh.STDOUT
            ) as process:
                process.stdin.write(stdin)
                process.stdin.write_eof()
                while data := await process.stdout.readline():
                    line = data.decode("utf-8", "replace")
                    tail = (tail + line)[-4_000:]
                    yield line
                await process.wait_closed()
                code = process.returncode
        except (asyncssh.Error, OSError) as error:
            raise await self._lost(error) from error
        if code is None:
            raise await self._lost(None)
        if code != 0:
            raise CommandFailed(list(argv), code, tail)

    async def step(self, action: Callable[[], Awaitable[Result]]) -> Result:
        """Carry out an action that looks first what is done already: where the connection is lost
        in its middle, again and again until the host has been away for too long."""
        away, pause = 0.0, _FIRST_PAUSE_SECONDS
        while True:
            try:
                return await action()
            except RemoteUnreachable as error:
                if not self._was_connected:
                    raise
                away = away or time.monotonic()
                if time.monotonic() - away > self.waits.away:
                    raise RemoteUnreachable(
                        f"{self.address} was away for more than {self.waits.away:g} s",
                        evidence=[str(error)],
                        next_step="run the same command again once it answers: what is done is "
                        "found done",
                    ) from error
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LAST_PAUSE_SECONDS)

    @asynccontextmanager
    async def forwarded(self, port: int) -> AsyncIterator[str]:
        """An address on this machine that leads to a port of the host's loopback interface."""
        connection = await self.connected()
        listener = await connection.forward_local_port("127.0.0.1", 0, "127.0.0.1", port)
        try:
            yield f"http://127.0.0.1:{listener.get_port()}"
        finally:
            listener.close()

    async def connected(self) -> asyncssh.SSHClientConnection:
        """The connection; raises as `connect`."""
        if self._connection is None or not self.is_connected:
            self._connection = await connect(self.address, self.waits.connect)
            self._was_connected = True
        return self._connection

    @property
    def is_connected(self) -> bool:
        return self._connection is not None and not self._connection.is_closed()

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.abort()
            self._connection = None

    async def _lost(self, error: BaseException | None) -> RemoteUnreachable:
        await self.close()
        why = f": {error}" if error and str(error) else ""
        return RemoteUnreachable(
            f"the connection to {self.address} was lost{why}",
            next_step="run the same command again: what is done is found done",
        )


async def connect(address: HostAddress, seconds: float) -> asyncssh.SSHClientConnection:
    """Log in by a key, where the host's own is known.

    Raises:
        HostUnverified: its key is unknown, or another than the known one.
        RemoteDenied: it refuses the user, or the key.
        RemoteInvalid: our key cannot be used.
        RemoteUnreachable: it does not answer.
    """
    import asyncssh

    options: dict[str, Any] = {"client_keys": [address.key]} if address.key else {}
    try:
        return await asyncssh.connect(
            address.name,
            address.port,
            username=address.user,
            known_hosts=_known_hosts(address),
            preferred_auth="publickey",
            connect_timeout=seconds,
            login_timeout=seconds,
            keepalive_interval=_KEEPALIVE_SECONDS,
            keepalive_count_max=_KEEPALIVES,
            **options,
        )
    except asyncssh.HostKeyNotVerifiable as error:
        raise await _unverified(address) from error
    except asyncssh.PermissionDenied as error:
        key = f"-i {shlex.quote(address.key)} " if address.key else ""
        raise RemoteDenied(
            f"{address} refuses the login: {error.reason}",
            next_step=f"`ssh -o BatchMode=yes {key}-p {address.port} {address.user}@"
            f"{address.name} true` has to work; ssh-copy-id brings a key there",
        ) from error
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, FileNotFoundError) as error:
        raise RemoteInvalid(
            f"the key for {address} cannot be used: {error}",
            next_step="name another in ssh.key, or add it to the agent with ssh-add",
        ) from error
    except (asyncssh.Error, OSError, TimeoutError) as error:
        why = str(error) or f"no answer within {seconds:g} s"
        raise RemoteUnreachable(
            f"{address} cannot be reached: {why}",
            next_step="look whether it runs, its name and its port",
        ) from error


def _known_hosts(address: HostAddress) -> bytes:
    """The content of its file of known hosts; without one no host is known."""
    try:
        return Path(address.known_hosts).read_bytes() + b"\n"
    except FileNotFoundError:
        return b"\n"


async def _unverified(address: HostAddress) -> HostUnverified:
    """What is wrong with a host's key, and what a person does about it."""
    import asyncssh

    key = await asyncssh.get_server_host_key(address.name, address.port)
    shown = f"{key.get_algorithm()} {key.get_fingerprint()}" if key else "none that we can read"
    file = shlex.quote(address.known_hosts)
    at = address.name if address.port == SSH_PORT else f"[{address.name}]:{address.port}"
    scan = f"ssh-keyscan -p {address.port} {address.name} >> {file}"
    hosts = _known_hosts(address)
    known = bool(asyncssh.match_known_hosts(hosts, address.name, "", address.port)[0])
    compare = "compare this with what `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` says there"
    if known:
        return HostUnverified(
            f"the key of {address} is not the one that {address.known_hosts} has of it",
            evidence=[f"it shows {shown}", "somebody may be in between, or it was set up anew"],
            next_step=f"{compare}; only then `ssh-keygen -R '{at}' -f {file}` and `{scan}`",
        )
    return HostUnverified(
        f"the key of {address} is not in {address.known_hosts}",
        evidence=[f"it shows {shown}"],
        next_step=f"{compare}; then `{scan}`",
    )


def remote_command(argv: Sequence[str], seconds: float) -> str:
    """A command for a host's shell, which ends it after that time by itself."""
    return shlex.join(["timeout", "-k", str(_KILL_SECONDS), f"{max(1, round(seconds))}", *argv])


def _bytes(part: Any) -> bytes:
    return part if isinstance(part, bytes) else b""
