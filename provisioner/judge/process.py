"""One side's fork server as seen from outside: started once, used for many suites."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from provisioner.files.temporary import private_prefix, system_folder
from provisioner.judge.inside.emptied import empty
from provisioner.sandbox.base import Command, Confinement, Limits, Sandbox
from provisioner.sandbox.limited import KERNEL
from provisioner.sandbox.tree import end_descendants, resident_bytes

INSIDE = Path(__file__).with_name("inside")
#: For a server to start, or to take what it is given.
_PATIENCE_SECONDS = 20


class ServerGone(Exception):
    """The fork server ended; carries what it printed."""


@dataclass(slots=True)
class _Process:
    """What has to be ended, however the server goes."""

    popen: subprocess.Popen[bytes]
    private: str
    command: Command
    ended: bool = field(default=False)

    def end(self) -> None:
        if self.ended:
            return
        self.ended = True
        end_descendants(self.popen.pid)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        if self.popen.stderr is not None:
            with contextlib.suppress(OSError):
                self.popen.stderr.close()
        self.popen.wait()
        if self.command.end:
            subprocess.run(
                self.command.end,
                env=dict(self.command.environment),
                capture_output=True,
                check=False,
                timeout=60,
            )
        empty(self.private)
        shutil.rmtree(self.private, ignore_errors=True)


class _Socket:
    """Where a server connects that cannot inherit a socket: a path that is gone once it has."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"control-{os.urandom(6).hex()}"
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(self._file))
        self._file.chmod(0o777)
        self._listener.listen(1)
        self.path = (str(self._file),)

    def accept(self, seconds: float) -> socket.socket:
        """The server's connection; raises OSError."""
        self._listener.settimeout(seconds)
        try:
            return self._listener.accept()[0]
        finally:
            self._listener.close()
            self._file.unlink(missing_ok=True)


class SandboxedServer:
    """A fork server in a sandbox of its own; for one suite at a time.

    To be made in a thread that stays: a sandbox may end with the thread that started it.

    Args:
        sandbox: how it is confined.
        limits: for the sandbox as a whole.
        folder: the one folder that it shares with the other side.
    """

    def __init__(self, sandbox: Sandbox, limits: Limits, folder: Path) -> None:
        private = tempfile.mkdtemp(prefix=private_prefix("judge"), dir=system_folder())
        place = _Socket(folder) if sandbox.level == "docker" else None
        command = sandbox.confine(
            [
                sys.executable,
                "-I",
                "-S",
                str(INSIDE / "__main__.py"),
                *(place.path if place else ()),
            ],
            Confinement(
                limits=limits,
                folder=folder,
                readable=(INSIDE, KERNEL),
                cwd=folder,
                supervisor=True,
            ),
            private=Path(private),
        )
        self._control, theirs = socket.socketpair()
        popen = subprocess.Popen(
            command.argv,
            stdin=subprocess.DEVNULL if place else theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=dict(command.environment),
            cwd=private,
            start_new_session=True,
        )
        theirs.close()
        self._process = _Process(popen, private, command)
        self._place = place
        self._received = bytearray()
        self.owns_processes = command.owns_processes
        self.confinement: dict[str, Any] = {
            "identity": 1_000_000 + popen.pid if command.may_become else 0,
            "families": list(command.families),
            "owns_processes": command.owns_processes,
            "clears": list(command.temporary),
            "signal_itself_only": False,
        }
        weakref.finalize(self, self._process.end)

    @property
    def alive(self) -> bool:
        return not self._process.ended and self._process.popen.poll() is None

    def fileno(self) -> int:
        return self._control.fileno()

    def wait_ready(self) -> None:
        """Wait for the server's first word; raises ServerGone."""
        if self._place is not None:
            self._control.close()
            try:
                self._control = self._place.accept(_PATIENCE_SECONDS)
            except OSError:
                words = self.last_words()
                self.close()
                raise ServerGone(words) from None
        message = self.take(time.monotonic() + _PATIENCE_SECONDS)
        if message is None or message.get("kind") != "ready":
            words = self.last_words()
            self.close()
            raise ServerGone(words)

    def put(self, kind: str, details: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
        """Send one message; raises ServerGone."""
        data = json.dumps({"kind": kind, **details}).encode() + b"\n"
        self._control.settimeout(_PATIENCE_SECONDS)
        try:
            if descriptors:
                sent = socket.send_fds(self._control, [data], list(descriptors))
                data = data[sent:]
            self._control.sendall(data)
        except OSError:
            raise ServerGone(self.last_words()) from None

    def take(self, until: float) -> dict[str, Any] | None:
        """The next message, None when the moment `until` has come; raises ServerGone."""
        while b"\n" not in self._received:
            wait = until - time.monotonic()
            if wait <= 0 or not select.select([self._control], [], [], wait)[0]:
                return None
            try:
                chunk = self._control.recv(1 << 16)
            except OSError:
                chunk = b""
            if not chunk:
                raise ServerGone(self.last_words())
            self._received += chunk
        line, _, rest = self._received.partition(b"\n")
        self._received = bytearray(rest)
        return json.loads(line)  # type: ignore[no-any-return]

    @property
    def has_message(self) -> bool:
        """Whether a whole message has been read already."""
        return b"\n" in self._received

    def resident_bytes(self) -> int:
        """Memory of everything in the sandbox."""
        return resident_bytes(self._process.popen.pid)

    def end_children(self) -> None:
        """Kill what the server could not, from outside."""
        end_descendants(self._process.popen.pid)

    def close(self) -> None:
        """End the server and everything below it."""
        self._control.close()
        self._process.end()

    def last_words(self) -> str:
        """The end of what it printed."""
        stream = self._process.popen.stderr
        assert stream is not None
        self._process.popen.poll()
        with contextlib.suppress(OSError, ValueError):
            os.set_blocking(stream.fileno(), False)
            return (os.read(stream.fileno(), 1 << 16) or b"").decode("utf-8", "replace")[-2000:]
        return ""


def package_folders() -> list[str]:
    """Where the packages of this interpreter are installed."""
    paths = sysconfig.get_paths()
    return sorted({paths["purelib"], paths["platlib"]})
