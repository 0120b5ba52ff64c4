"""Keeps a warm interpreter in a sandbox and forks a process for each suite.

It hears the judge on standard input, a socket: a job is a line of JSON that comes with
descriptors. It ends its child and whatever that left behind, and holds no secret.
"""

# pathlib would cost each start 5 ms.

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
from typing import Any, NoReturn

from . import kernel  # type: ignore[attr-defined]  # see __main__.py
from .connection.talk import CONNECTION, NUMBER_BYTES
from .emptied import empty, mounted, ways
from .of_tool import lead

LINUX = sys.platform == "linux"
#: What the tests' side changes of them is to be carried to the other; these are not.
_change_folder, _duplicate = os.chdir, os.dup2
#: No job is longer.
_JOB_BYTES = 64 << 20
#: For processes that were killed to end.
_PATIENCE_SECONDS = 2


def keep_to(processor: int) -> None:
    """Run on one processor, or on any where it is -1.

    Two processes that wait for each other need no second one, and to wake it takes longer than to
    switch.
    """
    if hasattr(os, "sched_setaffinity"):
        with contextlib.suppress(OSError):  # a processor that is not ours
            os.sched_setaffinity(0, range(1024) if processor < 0 else {processor})


class Server:
    """One side's fork server.

    Args:
        control: where the judge is heard.
        side: makes the Side: what it prepares for a job, and what its child runs.
    """

    def __init__(self, control: socket.socket, side: Any) -> None:
        self._control, self._make_side = control, side
        self._side: Any = None
        self._held: Any = None
        self._holder = 0
        self._received = bytearray()
        self._descriptors: list[int] = []

    def say(self, kind: str, **details: Any) -> None:
        self._control.sendall(json.dumps({"kind": kind, **details}).encode() + b"\n")

    def take(self) -> dict[str, Any] | None:
        """The next job; None when the judge has hung up."""
        while b"\n" not in self._received:
            data, descriptors, _, _ = socket.recv_fds(self._control, 1 << 16, 8)
            self._descriptors += descriptors
            if not data or len(self._received) > _JOB_BYTES:
                return None
            self._received += data
        line, _, rest = self._received.partition(b"\n")
        self._received = bytearray(rest)
        return json.loads(line)  # type: ignore[no-any-return]

    def serve(self) -> None:
        if LINUX:
            kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
            kernel.prctl(kernel.PR_SET_DUMPABLE, 0)  # closes /proc/…/mem and fd to the children
        self.say("ready", pid=os.getpid())
        while (job := self.take()) is not None:
            if job["kind"] == "run":
                descriptors, self._descriptors = self._descriptors, []
                self._run(job, descriptors)

    def _run(self, job: dict[str, Any], descriptors: list[int]) -> None:
        _warm(job)
        if self._side is None:
            os.environ["HOME"] = os.environ["TMPDIR"] = job["temporary"]
            self._side = self._make_side(job)
            if LINUX:
                kernel.filter_program(os.uname().machine, tuple(job["families"]))
        with contextlib.suppress(Exception):  # the child meets it again, and reports it
            self._side.prepare(job)
        gc.freeze()  # a collection in the child leaves the pages shared
        hold = job["hold"]
        if hold != "beside" and hold != "again":
            self._release()
        if hold == "again":
            socket.send_fds(self._held, [b"%d" % job["processor"]], descriptors)
            child = self._holder
        else:
            child = self._fork(job, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        status = self._wait(child, self._held if hold in ("again", "collect") else None)
        left = _clear(child, job, self._holder, stopped=status is None)
        self.say("ended", left=left, held=self._holder > 0)

    def _fork(self, job: dict[str, Any], descriptors: list[int]) -> int:
        with contextlib.ExitStack() as stack:
            if job["hold"] == "collect":
                self._held, theirs = socket.socketpair()
                stack.enter_context(theirs)
                descriptors = [*descriptors[:-1], theirs.fileno(), descriptors[-1]]
            child = os.fork()
            if not child:
                with contextlib.suppress(BaseException):
                    self._begin(job, descriptors)
                os._exit(71)
        return child

    def _release(self) -> None:
        """End the process that holds tests, if any."""
        if self._holder:
            os.kill(self._holder, signal.SIGKILL)
            os.waitpid(self._holder, 0)
            self._holder = 0
        if self._held is not None:
            self._held.close()
            self._held = None

    def _begin(self, job: dict[str, Any], descriptors: list[int]) -> NoReturn:
        """In the child: give up everything, then run."""
        os.setsid()
        keep_to(job["processor"])
        null = os.open(os.devnull, os.O_RDONLY)
        printed = descriptors[-1]
        _duplicate(null, 0)
        _duplicate(printed, 1)
        _duplicate(printed, 2)
        for number, descriptor in enumerate(descriptors[:-1]):
            _duplicate(descriptor, CONNECTION + number, inheritable=False)
        os.closerange(3, CONNECTION)
        os.closerange(CONNECTION + len(descriptors) - 1, 1024)
        os.umask(0)
        _change_folder(job["folder"])
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _confine(job)
        try:
            self._side.run(job)
        except BaseException:  # a fault of our own must be seen
            import traceback

            sys.stderr = sys.__stderr__
            os.write(2, traceback.format_exc().encode())
            os._exit(70)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        os._exit(0)

    def _wait(self, child: int, held: socket.socket | None) -> int | None:
        """The status of the suite's process; None where the judge had it ended.

        Args:
            child: the process, or the one that holds its tests.
            held: says that the child holds its tests, then the status of the run.
        """
        poll = select.poll()
        poll.register(self._control, select.POLLIN)  # first: what came before it is then seen
        watched = os.pidfd_open(child) if hasattr(os, "pidfd_open") else -1
        if watched >= 0:
            poll.register(watched, select.POLLIN)
        if held is not None:
            poll.register(held, select.POLLIN)
        try:
            while True:
                events = {descriptor for descriptor, _ in poll.poll(1000 if watched >= 0 else 5)}
                if held is not None and held.fileno() in events:
                    said = held.recv(NUMBER_BYTES)
                    if said and self._holder:
                        return self._gone(int.from_bytes(said, "little"))
                    self._holder = child if said else 0
                    if not said:
                        poll.unregister(held)
                gone, status = os.waitpid(child, os.WNOHANG)
                if gone:
                    self._holder = 0 if child == self._holder else self._holder
                    return self._gone(status)
                if self._control.fileno() in events:
                    order = self.take()
                    if order is None or order["kind"] == "stop":
                        self._end_held(held)
                        return None
        finally:
            if watched >= 0:
                os.close(watched)

    def _gone(self, status: int) -> int:
        self.say("gone", status=status)
        self.take()
        return status

    def _end_held(self, held: socket.socket | None) -> None:
        """End a run of held tests; where that is not heard of, these as well."""
        if held is None:
            return
        until = time.monotonic() + _PATIENCE_SECONDS
        while self._holder and time.monotonic() < until:
            _end_others(self._holder)
            if select.select([held], [], [], 0.001)[0] and held.recv(NUMBER_BYTES):
                return
        self._release()


def _warm(job: dict[str, Any]) -> None:
    lead(job["of_tool"])
    for path in job["paths"]:
        if path not in sys.path:
            sys.path.append(path)
    for name in job["warm"]:
        if name not in sys.modules:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
                if name == "hypothesis":  # its table of letters takes seconds
                    importlib.import_module("hypothesis.internal.charmap").charmap()


def _confine(job: dict[str, Any]) -> None:
    if job["identity"]:
        kernel.become(job["identity"])
    kernel.limit(**job["limits"])
    if LINUX:  # and not dumpable still: /proc/self/mem stays shut
        kernel.no_new_privileges()
        kernel.seccomp(tuple(job["families"]))


def _clear(child: int, job: dict[str, Any], kept: int, *, stopped: bool) -> bool:
    """End every process of this suite but that kept, empty its folders; whether one is left."""
    if not kept:
        with contextlib.suppress(OSError):
            os.killpg(child, signal.SIGKILL)
        with contextlib.suppress(OSError):
            if job["owns_processes"]:
                os.kill(-1, signal.SIGKILL)
    left = _reap(kept, patient=job["owns_processes"] or stopped)
    for place in job["clears"]:  # but for the way to the folder that both sides share
        empty(place, kept=mounted(place) | ways(place, [job["folder"]]))
    return left


def _reap(kept: int, *, patient: bool) -> bool:
    """Reap ended children, for at most 2 s where all were killed; whether one is left.

    Args:
        kept: the one that stays, whose like are ended one by one; 0 for none.
    """
    until = time.monotonic() + (_PATIENCE_SECONDS if patient else 0.02)
    with contextlib.suppress(ChildProcessError):
        while True:
            gone, _ = os.waitpid(-1, os.WNOHANG)
            if kept and not gone and not _end_others(kept):
                return False
            if not gone:
                if time.monotonic() > until:
                    return True
                time.sleep(0.0005)
    return False


def _end_others(kept: int) -> bool:
    """End all processes of this namespace but its first, this and that kept; whether any was."""
    found = set(map(int, filter(str.isdigit, os.listdir("/proc")))) - {1, os.getpid(), kept}
    for one in found:
        with contextlib.suppress(OSError):
            os.kill(one, signal.SIGKILL)
    return bool(found)


def enter(side: Any) -> None:
    """Serve the judge at standard input, or at the socket that is named."""
    if len(sys.argv) > 2:
        control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        control.connect(sys.argv[2])
    else:
        control = socket.socket(fileno=os.dup(0))
    sys.dont_write_bytecode = True  # a changed main.py would run from its old one
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    with contextlib.suppress(OSError):
        Server(control, side.Side).serve()
    os._exit(0)
