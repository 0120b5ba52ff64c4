"""Keeps a warm interpreter inside the sandbox and forks one candidate for each suite.

It relays lines between candidate and examiner, keeps head and tail of what is printed, ends the
candidate and everything it left behind, and empties the room. It holds no secret.
"""

# pathlib would cost each start 5 ms.

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Collection, Mapping
from typing import NoReturn, TypedDict

from provisioner.sandbox import kernel

from .candidate import Paper, sit
from .channel import Channel
from .emptied import empty
from .relay import Line, Relay, Stop

LINUX = sys.platform == "linux"


class Terms(TypedDict):
    """How a candidate is confined, and what is cleared away after it.

    Attributes:
        limits: arguments of kernel.limit.
        identity: the user it becomes, 0 where it stays who it is.
        families: address families of which it may make sockets.
        signal_itself_only: where nothing else keeps its signals in.
        owns_processes: all processes that can be signalled here are the candidate's.
        clears: folders to empty of what was not there before the first candidate.
    """

    limits: dict[str, int]
    identity: int
    families: list[int]
    signal_itself_only: bool
    owns_processes: bool
    clears: list[str]


class Job(TypedDict):
    """What the examiner sends to have a suite run."""

    paper: Paper
    terms: Terms
    kept_bytes: int


def serve(builtins: Mapping[str, object]) -> None:
    """Take jobs until the examiner hangs up."""
    if LINUX:
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)  # closes /proc/…/mem and fd to the candidates
    folder = os.path.realpath(os.environ["TMPDIR"])
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    line = Line(0, 1)
    kept: dict[str, list[str]] = {}
    with contextlib.suppress(Stop):
        line.put("ready", b"")
        while True:
            kind, payload = line.take()
            if kind == "job":
                job: Job = json.loads(payload)
                for place in job["terms"]["clears"]:
                    if place not in kept:  # the interpreter may be shown below a place to clear
                        kept[place] = os.listdir(place)
                _hold(line, job, folder, builtins, kept)


def _hold(
    line: Line,
    job: Job,
    folder: str,
    builtins: Mapping[str, object],
    kept: Mapping[str, Collection[str]],
) -> None:
    paper = job["paper"]
    for path in paper["paths"]:
        if path not in sys.path:
            sys.path.append(path)
    for name in paper["warm"]:
        if name not in sys.modules:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
    to_candidate, to_examiner, printed = os.pipe(), os.pipe(), os.pipe()
    began = time.monotonic()
    child = os.fork()
    if not child:
        with contextlib.suppress(BaseException):
            _begin(job, folder, (to_candidate[0], to_examiner[1], printed[1]), builtins)
        os._exit(71)
    for descriptor in (to_candidate[0], to_examiner[1], printed[1]):
        os.close(descriptor)
    relay = Relay(line, child, to_candidate[1], to_examiner[0], printed[0], job["kept_bytes"])
    try:
        status = relay.run()
    finally:
        for descriptor in (to_candidate[1], to_examiner[0], printed[0]):
            os.close(descriptor)
        _end_all(child, own=job["terms"]["owns_processes"])
        for place, names in kept.items():
            empty(place, names)
    ended = {"status": status, "seconds": time.monotonic() - began, "printed": relay.printed()}
    line.put("ended", json.dumps(ended).encode())


def _begin(
    job: Job, folder: str, descriptors: tuple[int, int, int], builtins: Mapping[str, object]
) -> NoReturn:
    """In the candidate: give up everything, then sit."""
    reader, writer, printer = descriptors
    os.setsid()
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(printer, 1)
    os.dup2(printer, 2)
    os.dup2(reader, 200, inheritable=False)
    os.dup2(writer, 201, inheritable=False)
    os.closerange(3, 200)
    os.closerange(202, 1024)
    place = os.path.join(folder, "feature")
    _write(job["paper"]["files"], place, job["terms"]["identity"])
    os.chdir(place)
    for number in (signal.SIGPIPE, signal.SIGINT):
        signal.signal(
            number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_IGN
        )
    _confine(job["terms"])
    try:
        sit(job["paper"], Channel(200, 201), place, builtins)
    except BaseException:  # a fault of the room itself must be seen
        traceback.print_exc()
    with contextlib.suppress(Exception):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(0)


def _confine(terms: Terms) -> None:
    if terms["identity"]:
        kernel.become(terms["identity"])
    kernel.limit(**terms["limits"])
    if LINUX:  # and not dumpable still: /proc/self/mem stays shut
        kernel.no_new_privileges()
        alone = os.getpid() if terms["signal_itself_only"] else 0
        kernel.seccomp(terms["families"], signal_only=alone)


def _write(files: dict[str, str], place: str, identity: int) -> None:
    os.mkdir(place, 0o700)
    for name, text in files.items():
        path = os.path.join(place, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text.encode("latin-1"))
    if identity:
        for parent, folders, names in os.walk(place):
            for name in (*folders, *names):
                os.chown(os.path.join(parent, name), identity, identity)
        os.chown(place, identity, identity)


def _end_all(child: int, *, own: bool) -> None:
    """End every process of this suite."""
    with contextlib.suppress(OSError):
        os.killpg(child, signal.SIGKILL)
    if own:
        with contextlib.suppress(OSError):
            os.kill(-1, signal.SIGKILL)
    _reap(patient=own)


def _reap(*, patient: bool) -> None:
    """Take leave of the dead; patiently where all that live have been killed."""
    until = time.monotonic() + (2 if patient else 0)
    with contextlib.suppress(ChildProcessError):
        while True:
            if not os.waitpid(-1, os.WNOHANG)[0]:
                if time.monotonic() > until:
                    return
                time.sleep(0.0005)
