"""Runs one program on a host: starts it again while it is to run, and says how it ended.

    python supervise.py FOLDER
    python supervise.py kept FEATURE

The second starts what ran in a feature's folder when its host went down.

FOLDER/spec.json says what is run: argv, env, which of that are secrets, cwd, and the address and
port of a socket that listens there and that the program inherits: the {fd} of its argv. Its owner
alone can read it. Connections wait in the socket's queue while the program starts again. The
supervisor's own identity is in FOLDER/process.json while it runs, and how the program ended in
FOLDER/ended. It is started again as long as there is a FOLDER/keep.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

_FIRST_PAUSE_SECONDS, _LAST_PAUSE_SECONDS = 0.5, 30.0
_KEEP_LINES, _TAIL_BYTES = 20, 8_000
_START_SECONDS, _KILL_SECONDS, _LOOK_SECONDS = 10.0, 5.0, 0.05
_PR_SET_PDEATHSIG = 1
_SHORTEST_SECRET = 6  # characters
_STEADY_SECONDS = 60.0  # a program that ran so long begins with the first pause again


class Refused(Exception):
    """An order that cannot be carried out; its kind is one that the other side knows."""

    def __init__(self, kind: str, message: str, evidence: list[str] | None = None) -> None:
        super().__init__(message)
        self.kind, self.evidence = kind, evidence or []


def write(file: Path, text: str) -> None:
    """Write a file whole, for its owner alone."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)


def read(file: Path) -> Any:
    """The JSON of a file, None where there is none that is whole."""
    try:
        return json.loads(file.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def listening(address: str, port: int) -> socket.socket:
    """A socket that listens; raises OSError where the port is taken."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.create_server((address, port), family=family, backlog=1024)


def is_free(address: str, port: int) -> bool:
    try:
        listening(address, port).close()
    except OSError:
        return False
    return True


def free_ports() -> Iterator[int]:
    """Ports of this machine alone, free when they are named."""
    while True:
        with listening("127.0.0.1", 0) as listener:
            port = int(listener.getsockname()[1])
        yield port


def identity(pid: int) -> str:
    """A process's start, in ticks of this boot, and the boot; "" where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if fields[0] in "ZX" else f"{fields[19]} {boot}"


class Running:
    """A supervised program: a release, or the proxy."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.name = folder, folder.name

    @property
    def pid(self) -> int:
        """Of the supervisor; 0 where it does not run."""
        pid, known = read(self.folder / "process.json") or (0, "")
        return pid if known and identity(pid) == known else 0

    @property
    def port(self) -> int:
        return int((read(self.folder / "spec.json") or {}).get("port", 0))

    @property
    def ended(self) -> str:
        file = self.folder / "ended"
        return file.read_text() if file.is_file() else ""

    def tail(self) -> list[str]:
        with contextlib.suppress(FileNotFoundError), (self.folder / "log").open("rb") as log:
            log.seek(max(0, log.seek(0, 2) - _TAIL_BYTES))
            text = log.read().decode("utf-8", "replace")
            return self.masked(text).splitlines()[-_KEEP_LINES:]
        return []

    def masked(self, text: str) -> str:
        """The text without the values of secrets; those so short that they are in any text stay."""
        spec = read(self.folder / "spec.json") or {}
        for value in (spec["env"][name] for name in spec.get("secrets", ())):
            text = text.replace(value, "…") if len(value) >= _SHORTEST_SECRET else text
        return text

    def start(self, spec: dict[str, Any], python: str, supervise: Path) -> None:
        """Start it in the background; returns once its supervisor runs, or has ended."""
        write(self.folder / "spec.json", json.dumps(spec))
        for name in ("ended", "process.json"):
            (self.folder / name).unlink(missing_ok=True)
        log = os.open(self.folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        child = subprocess.Popen(
            [python, "-I", "-B", str(supervise), str(self.folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
        )
        os.close(log)
        deadline = time.monotonic() + _START_SECONDS
        while not self.pid and child.poll() is None and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)
        if child.poll() is not None and not self.ended:
            write(self.folder / "ended", f"exit code {child.poll()}")

    def start_at(
        self, ports: Iterable[int], spec: dict[str, Any], python: str, supervise: Path
    ) -> bool:
        """Start it at the first port that is free, and free still when it is taken."""
        for port in filter(None, ports):
            if is_free(spec["listen"], port):
                self.start({**spec, "port": port}, python, supervise)
                if self.pid or is_free(spec["listen"], port):  # else another was faster
                    return True
        return False

    def stop(self, grace: float) -> bool:
        """End it and all below it; False where it does not run."""
        (self.folder / "keep").unlink(missing_ok=True)
        pid = self.pid
        if not pid:
            return False
        for number, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, _KILL_SECONDS)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number) if number == signal.SIGTERM else os.killpg(pid, number)
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                if not self.pid:
                    return True
                time.sleep(_LOOK_SECONDS)
        raise Refused("failed", f"process {pid} of {self.name} does not end although it was killed")


class Supervisor:
    """The program of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.child: subprocess.Popen[bytes] | None = None
        self.stopping = False

    def stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
        if self.child is not None:
            self.child.send_signal(signal.SIGTERM)

    def run(self) -> None:
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        spec = json.loads((self.folder / "spec.json").read_text())
        with listening(spec["listen"], spec["port"]) as listener:
            # uvicorn leaves Nagle's algorithm on for an inherited descriptor.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            write(self.folder / "process.json", json.dumps([os.getpid(), identity(os.getpid())]))
            write(self.folder / "ended", self._repeat(spec, listener.fileno()))

    def _repeat(self, spec: dict[str, Any], listener: int) -> str:
        """Run the program until it is to end; how it ended the last time."""
        argv = [str(listener) if one == "{fd}" else one for one in spec["argv"]]
        pause = _FIRST_PAUSE_SECONDS
        while True:
            began = time.monotonic()
            self.child = subprocess.Popen(
                argv,
                cwd=spec["cwd"],
                env=spec["env"],
                stdin=subprocess.DEVNULL,
                pass_fds=(listener,),
                preexec_fn=_end_with_parent,
            )
            if self.stopping:  # the signal came before there was a child
                self.child.terminate()
            code = self.child.wait()
            self.child = None
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            sys.stdout.write(f"supervise: the program ended, {how}\n")
            sys.stdout.flush()
            if time.monotonic() - began > _STEADY_SECONDS:
                pause = _FIRST_PAUSE_SECONDS
            until = time.monotonic() + pause
            while True:
                if self.stopping or not (self.folder / "keep").exists():
                    return how
                if time.monotonic() >= until:
                    break
                time.sleep(_LOOK_SECONDS)
            pause = min(2 * pause, _LAST_PAUSE_SECONDS)


def _end_with_parent() -> None:
    """Have the kernel end this process where the supervisor is killed: nobody else would."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def start_kept(feature: Path) -> int:
    """Start what is to run in a feature's folder and does not; how many of that do not start."""
    with (feature / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # that of a lease: no deployment at the same time
        kept = [Running(one.parent) for one in feature.glob("running/*/keep")]
        for one in kept:
            if not one.pid:
                spec = read(one.folder / "spec.json")
                one.start(spec, spec["argv"][0], Path(__file__))
        return sum(not one.pid for one in kept)


if __name__ == "__main__":
    if sys.argv[1] == "kept":
        sys.exit(start_kept(Path(sys.argv[2])))
    Supervisor(Path(sys.argv[1])).run()
