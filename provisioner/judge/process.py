"""A fork server of a judgement, as seen from outside."""

from __future__ import annotations

import compileall
import contextlib
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from provisioner.files.temporary import private_prefix, remove_tree, system_folder
from provisioner.judge.inside.emptied import empty
from provisioner.judge.packages import ONE_THREAD
from provisioner.sandbox.base import Command, Confinement, Limits, Sandbox
from provisioner.sandbox.limited import KERNEL
from provisioner.sandbox.tree import end_descendants, resident_bytes

INSIDE = Path(__file__).with_name("inside")
#: For a server to start, or to take what it is given.
_PATIENCE_SECONDS = 20
#: For one that has nothing to do to end.
_END_SECONDS = 2
_COMPILE_SECONDS = 60


class ServerGone(Exception):
    """The fork server ended; carries what it printed."""


class SandboxedServer:
    """One side's fork server in a sandbox of its own; for one suite at a time.

    To be made in a thread that stays: a sandbox may end with the thread that started it.

    Args:
        side: the module of inside/ that it runs.
        python: the interpreter that it runs in.
        sandbox: how it is confined.
        limits: for the sandbox as a whole.
        folder: the one folder that it shares with the other side.
        readable: an interpreter and folders of packages that are not the tool's own.

    Attributes:
        can_hold: whether it sees all of its processes, and no others; only then it can hold tests.
        holds: whether the tests of an earlier run are collected in a process that waits.
    """

    def __init__(
        self,
        side: str,
        python: str,
        sandbox: Sandbox,
        limits: Limits,
        folder: Path,
        readable: Sequence[Path] = (),
    ) -> None:
        private = tempfile.mkdtemp(prefix=private_prefix("judge"), dir=system_folder())
        argv = [python, "-I", "-S", str(INSIDE / "__main__.py"), side]
        self._listener: socket.socket | None = None
        if sandbox.level == "docker":  # it cannot inherit a socket, and connects to a path
            path = folder / f"control-{os.urandom(6).hex()}"
            self._listener = socket.socket(socket.AF_UNIX)
            self._listener.bind(str(path))
            path.chmod(0o777)
            self._listener.listen(1)
            argv.append(str(path))
        command = sandbox.confine(
            argv,
            Confinement(
                limits=limits,
                folder=folder,
                readable=(INSIDE, KERNEL, *readable),
                environment=ONE_THREAD,
                cwd=folder,
                supervisor=True,
            ),
            private=Path(private),
        )
        self._control, theirs = socket.socketpair()
        with theirs:
            self._popen = subprocess.Popen(
                command.argv,
                stdin=subprocess.DEVNULL if self._listener else theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=dict(command.environment),
                cwd=private,
                start_new_session=True,
            )
        self._received = bytearray()
        self.can_hold = sandbox.level in ("bwrap", "docker")
        self.holds = False
        self._pid = 0
        self._busy = True
        self._end = weakref.finalize(self, _end, self._popen, private, command)
        self.confinement: dict[str, Any] = {
            "identity": 1_000_000 + self._popen.pid if command.may_become else 0,
            "families": list(command.families),
            "owns_processes": command.owns_processes,
            "clears": list(command.temporary),
        }

    @property
    def alive(self) -> bool:
        return self._end.alive and self._popen.poll() is None

    def fileno(self) -> int:
        return self._control.fileno()

    def wait_ready(self) -> None:
        """Wait for the server's first word; raises ServerGone."""
        if self._listener is not None:
            self._control.close()
            self._listener.settimeout(_PATIENCE_SECONDS)
            with self._listener, contextlib.suppress(OSError):
                self._control = self._listener.accept()[0]
            Path(self._popen.args[-1]).unlink(missing_ok=True)  # type: ignore[index, arg-type]
        message = self.take(time.monotonic() + _PATIENCE_SECONDS)
        if message is None or message["kind"] != "ready":
            raise ServerGone(self._last_words())
        self._pid = int(message["pid"])
        self._busy = False

    def put(self, kind: str, details: Mapping[str, Any], streams: Sequence[Any] = ()) -> None:
        """Send one message, with open sockets and files; raises ServerGone."""
        data = json.dumps({"kind": kind, **details}).encode() + b"\n"
        self._busy = True
        try:
            self._control.settimeout(_PATIENCE_SECONDS)
            if streams:
                descriptors = [one.fileno() for one in streams]
                data = data[socket.send_fds(self._control, [data], descriptors) :]
            self._control.sendall(data)
        except OSError:
            raise ServerGone(self._last_words()) from None

    def take(self, until: float) -> dict[str, Any] | None:
        """The next message, None when the moment `until` has come; raises ServerGone."""
        while b"\n" not in self._received:
            chunk = b""
            with contextlib.suppress(OSError, ValueError):
                wait = max(until - time.monotonic(), 0)
                if not select.select([self._control], [], [], wait)[0]:
                    return None
                chunk = self._control.recv(1 << 16)
            if not chunk:
                raise ServerGone(self._last_words())
            self._received += chunk
        line, _, rest = self._received.partition(b"\n")
        self._received = bytearray(rest)
        return json.loads(line)  # type: ignore[no-any-return]

    def stop(self) -> None:
        """Have the server end what a suite left behind."""
        with contextlib.suppress(ServerGone):
            self.put("stop", {})

    def wait_stopped(self, until: float) -> None:
        """Wait for that; end the server if it cannot."""
        try:
            while (message := self.take(until)) is not None:
                if message["kind"] == "ended":
                    if message["left"]:  # by a user who owns other processes as well
                        end_descendants(self._pid)
                    self._busy, self.holds = False, message["held"]
                    return
        except ServerGone:
            pass
        self.close()

    def resident_bytes(self) -> int:
        """Memory of everything in the sandbox."""
        return resident_bytes(self._popen.pid)

    def hang_up(self) -> None:
        """Have an idle server end by itself."""
        self._control.close()

    def close(self) -> None:
        """End the server and everything below it."""
        self.hang_up()
        if not self._busy:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._popen.wait(_END_SECONDS)
        self._end()

    def _last_words(self) -> str:
        stream = self._popen.stderr
        assert stream is not None
        with contextlib.suppress(OSError, ValueError):
            os.set_blocking(stream.fileno(), False)
            return (os.read(stream.fileno(), 1 << 16) or b"").decode("utf-8", "replace")[-2000:]
        return ""


def _end(popen: subprocess.Popen[bytes], private: str, command: Command) -> None:
    """End a sandbox, and remove what is its own."""
    if popen.poll() is None:
        end_descendants(popen.pid)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(popen.pid, signal.SIGKILL)
    if popen.stderr is not None:
        popen.stderr.close()
    popen.wait()
    if command.end:
        environment = dict(command.environment)
        subprocess.run(command.end, env=environment, capture_output=True, check=False, timeout=60)
    empty(private)
    remove_tree(private)


@functools.cache
def compile_inside(python: str) -> None:
    """Write the bytecode of what runs inside, where it could not be written."""
    if python == sys.executable:
        compileall.compile_dir(INSIDE, quiet=2)
    else:
        argv = [python, "-I", "-S", "-m", "compileall", "-q", str(INSIDE)]
        subprocess.run(argv, capture_output=True, check=False, timeout=_COMPILE_SECONDS)
