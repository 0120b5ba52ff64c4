"""The proctor's process as seen from outside: started once, used for many suites."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
import weakref
from dataclasses import dataclass, field
from pathlib import Path

from provisioner.files.temporary import private_prefix, system_folder
from provisioner.judge.room.emptied import empty
from provisioner.sandbox.base import Command, Confinement, Limits, Sandbox
from provisioner.sandbox.limited import KERNEL
from provisioner.sandbox.tree import end_descendants, resident_bytes

ROOM = Path(__file__).with_name("room")
#: No suite has more to show than this; beyond it, it floods.
LINE_BYTES = 64 << 20
#: For the proctor to start, or to take what it is given.
_PATIENCE_SECONDS = 20


class WorkerGone(Exception):
    """The proctor ended, or says what no proctor says; carries what it printed."""


@dataclass(slots=True)
class _Process:
    """What has to be ended, however the worker goes."""

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
        for stream in (self.popen.stdin, self.popen.stdout, self.popen.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
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


class Worker:
    """One warm proctor in one sandbox; for one suite at a time.

    To be made in a thread that stays: a sandbox may end with the thread that started it.

    Attributes:
        terms: how candidates are confined inside, see room/proctor.py.
    """

    def __init__(self, sandbox: Sandbox, limits: Limits) -> None:
        private = tempfile.mkdtemp(prefix=private_prefix("judge"), dir=system_folder())
        command = sandbox.confine(
            [sys.executable, "-I", "-S", str(ROOM / "__main__.py")],
            Confinement(limits=limits, readable=(ROOM, KERNEL), supervisor=True),
            private=Path(private),
        )
        self.owns_processes = command.owns_processes
        popen = subprocess.Popen(
            command.argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(command.environment),
            cwd=private,
            start_new_session=True,
        )
        self._process = _Process(popen, private, command)
        self._received = bytearray()
        self.terms: dict[str, object] = {
            "identity": 1_000_000 + popen.pid if command.may_become else 0,
            "families": list(command.families),
            "owns_processes": command.owns_processes,
            "clears": list(command.temporary),
            "signal_itself_only": False,
        }
        assert popen.stdin is not None
        os.set_blocking(popen.stdin.fileno(), False)
        weakref.finalize(self, self._process.end)

    def wait_ready(self) -> None:
        """Wait for the proctor's first word; raises WorkerGone."""
        kind, _ = self.take(time.monotonic() + _PATIENCE_SECONDS) or ("", b"")
        if kind != "ready":
            words = self._last_words()
            self.close()
            raise WorkerGone(words)

    @property
    def alive(self) -> bool:
        return not self._process.ended and self._process.popen.poll() is None

    def put(self, kind: str, payload: bytes) -> None:
        """Send one message; raises WorkerGone."""
        stream = self._process.popen.stdin
        assert stream is not None
        data = memoryview(f"{kind} {len(payload)}\n".encode() + payload)
        until = time.monotonic() + _PATIENCE_SECONDS
        try:
            while data:
                if not select.select([], [stream], [], max(until - time.monotonic(), 0))[1]:
                    raise WorkerGone("it does not listen")
                data = data[os.write(stream.fileno(), data) :]
        except OSError:
            raise WorkerGone(self._last_words()) from None

    def take(self, until: float) -> tuple[str, bytes] | None:
        """The next message, None when the moment `until` has come; raises WorkerGone."""
        while True:
            header, newline, rest = self._received.partition(b"\n")
            if newline:
                kind, _, size = header.decode("ascii", "replace").partition(" ")
                if not size.isdigit() or int(size) > LINE_BYTES:
                    raise WorkerGone("it speaks out of turn")
                if len(rest) >= int(size):
                    del self._received[: len(header) + 1 + int(size)]
                    return kind, bytes(rest[: int(size)])
            if not self._more(until):
                return None

    def _more(self, until: float) -> bool:
        stream = self._process.popen.stdout
        assert stream is not None
        wait = until - time.monotonic()
        if wait <= 0 or not select.select([stream], [], [], wait)[0]:
            return False
        chunk = os.read(stream.fileno(), 1 << 17)
        if not chunk:
            raise WorkerGone(self._last_words())
        self._received += chunk
        return True

    def resident_bytes(self) -> int:
        """Memory of everything in the sandbox."""
        return resident_bytes(self._process.popen.pid)

    def end_candidates(self) -> None:
        """Kill what the proctor could not, from outside."""
        end_descendants(self._process.popen.pid)

    def close(self) -> None:
        """End the proctor and everything below it."""
        self._process.end()

    def _last_words(self) -> str:
        stream = self._process.popen.stderr
        assert stream is not None
        self._process.popen.poll()
        os.set_blocking(stream.fileno(), False)
        with contextlib.suppress(OSError):
            return (os.read(stream.fileno(), 1 << 16) or b"").decode("utf-8", "replace")[-2000:]
        return ""


def package_folders() -> list[str]:
    """Where the packages of this interpreter are installed."""
    paths = sysconfig.get_paths()
    return sorted({paths["purelib"], paths["platlib"]})
