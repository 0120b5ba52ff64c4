"""One run of one suite, watched from outside."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ledger.text.printable import printable
from provisioner.judge.pair import Pair
from provisioner.judge.process import SandboxedServer, ServerGone
from provisioner.judge.suite_run import End, Kept, SuiteRun, result_of
from provisioner.sandbox.base import Limits
from provisioner.sandbox.limited import as_arguments

_WATCH_SECONDS = 0.05


#: No suite has more to report.
_REPORT_BYTES = 64 << 20


class Run:
    """Runs one suite once; not reused."""

    def __init__(self, pair: Pair, limits: Limits, early_stop: bool) -> None:
        self._pair, self._limits, self._early_stop = pair, limits, early_stop
        self._run = SuiteRun()
        self._cancelled = False
        self._rest = b""
        self._kept = Kept(limits.output_bytes)
        self._taken = 0
        self._finished = False

    def cancel(self) -> None:
        """Have it end soon; called from another thread."""
        self._cancelled = True

    def run(self, job: dict[str, Any], files: Mapping[str, bytes]) -> SuiteRun:
        """Run, watch, clear up; never raises for what the suite does."""
        began = time.monotonic()
        self._until = began + self._limits.wall_seconds
        feature, temporary = self._pair.lay(files)
        common = {
            **job,
            "folder": str(feature),
            "temporary": str(temporary),
            "limits": as_arguments(self._limits),
        }
        with contextlib.ExitStack() as stack:
            opened = [stack.enter_context(_Opened(pair)) for pair in _channels()]
            connection, doorbell, report, shown, printed = opened
            try:
                tests, code = self._pair.tests, self._pair.code
                code.put(
                    "run",
                    {**common, **code.confinement, "side": "code_side", "tests": ""}
                    | {"warm": job["warm_code"]},
                    [connection.second, doorbell.second, printed.second],
                )
                tests.put(
                    "run",
                    {**common, **tests.confinement, "side": "tests_side"},
                    [connection.first, doorbell.first, report.second, shown.second],
                )
                for one in (connection, doorbell):
                    one.close()
                for one in (report, shown, printed):
                    one.close_second()
                self._watch(report.first, shown.first, printed.first)
            except ServerGone as error:
                self._finish("gone", f"the sandbox ended: {error}".strip())
            self._end_children()
            if self._run.end == "done" and (name := self._pair.changed(files)):
                self._run.changed = name
            self._drain(shown.first, printed.first)
        self._run.printed = printable(self._kept.text())
        self._run.seconds = time.monotonic() - began
        return self._run

    def _finish(self, end: End, why: str) -> None:
        if not self._finished:
            self._finished = True
            self._run.end, self._run.why = end, why

    def _watch(self, report: int, shown: int, printed: int) -> None:
        tests, code = self._pair.tests, self._pair.code
        selector = selectors.DefaultSelector()
        for descriptor in (report, shown, printed):
            os.set_blocking(descriptor, False)
            selector.register(descriptor, selectors.EVENT_READ)
        selector.register(tests.fileno(), selectors.EVENT_READ)
        selector.register(code.fileno(), selectors.EVENT_READ)
        self._gone: dict[str, int] = {}
        looked = 0.0
        with selector:
            while not self._finished:
                now = time.monotonic()
                if self._cancelled:
                    return
                if now >= self._until:
                    self._finish("hung", self._where("the time limit was reached"))
                    return
                if now - looked > _WATCH_SECONDS:
                    looked = now
                    self._look_at_memory()
                for key, _ in selector.select(min(_WATCH_SECONDS, self._until - now)):
                    if key.fd == report:
                        self._read_report(report, selector)
                    elif key.fd in (shown, printed):
                        self._read_printed(key.fd, selector)
                    else:
                        self._heed(tests if key.fd == tests.fileno() else code)
                if "tests" in self._gone and not self._finished:
                    self._read_report(report, selector)
                    self._explain_end()

    def _heed(self, server: SandboxedServer) -> None:
        message = server.take(time.monotonic() + 0.01)
        if message is not None and message.get("kind") == "gone":
            side = "tests" if server is self._pair.tests else "code"
            self._gone[side] = int(message["status"])

    def _explain_end(self) -> None:
        """The tests' process has ended and did not say that it was done."""
        status = self._gone.get("code", self._gone["tests"])
        number = status & 0x7F
        if number == 24:  # SIGXCPU
            self._finish("hung", self._where("the processor time limit was reached"))
            return
        how = f"signal {number}" if number else f"exit code {status >> 8}"
        self._finish("gone", self._where(f"the process ended by itself, {how}"))

    def _look_at_memory(self) -> None:
        used = self._pair.tests.resident_bytes(), self._pair.code.resident_bytes()
        if max(used) > self._limits.memory_bytes:
            self._finish("memory", self._where("the memory limit was reached"))
        elif _bytes_in(self._pair.shared) > self._limits.memory_bytes:
            self._finish("memory", self._where("the limit on files was reached"))

    def _read_report(self, descriptor: int, selector: selectors.BaseSelector) -> None:
        while True:
            try:
                chunk = os.read(descriptor, 1 << 16)
            except BlockingIOError:
                break
            if not chunk:
                with contextlib.suppress(KeyError):
                    selector.unregister(descriptor)
                break
            self._taken += len(chunk)
            if self._taken > _REPORT_BYTES:
                self._finish("garbled", "more was reported than any suite has to report")
                return
            self._rest += chunk
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            if not self._finished:
                self._take(json.loads(line))

    def _read_printed(self, descriptor: int, selector: selectors.BaseSelector) -> None:
        try:
            chunk = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            return
        if not chunk:
            selector.unregister(descriptor)
        self._kept.add(chunk)

    def _take(self, event: list[Any]) -> None:
        run = self._run
        match event:
            case ["collected", list(names)]:
                run.collected = names
            case ["start", name]:
                run.running = name
            case ["end", name, outcome, error, assertions, elsewhere]:
                run.running = ""
                if elsewhere:
                    run.elsewhere.add(name)
                run.results[name] = result_of(name, outcome, error, assertions)
                if self._early_stop and outcome == "failed":
                    self._finish("stopped early", f"{name} failed")
            case ["stopped", error]:
                run.stopped = error
            case ["gone", why]:
                self._lost(why)
            case ["garbled", why]:
                self._finish(
                    "garbled", self._where(f"the code's process said what no code says: {why}")
                )
            case ["done", list(remarks)]:
                run.remarks = remarks
                self._finish("done", "")

    def _lost(self, why: str) -> None:
        """The code's process is gone; wait for its status."""
        until = time.monotonic() + 2
        while "code" not in self._gone and time.monotonic() < until:
            message = self._pair.code.take(until)
            if message is not None and message.get("kind") == "gone":
                self._gone["code"] = int(message["status"])
        self._gone.setdefault("code", 0)
        self._gone.setdefault("tests", 0)
        self._explain_end()

    def _where(self, what: str) -> str:
        return f"{what}, in {self._run.running}" if self._run.running else what

    def _end_children(self) -> None:
        for server in (self._pair.tests, self._pair.code):
            if server.alive:
                with contextlib.suppress(ServerGone):
                    server.put("stop", {})
        until = time.monotonic() + 5
        for server in (self._pair.tests, self._pair.code):
            try:
                while server.alive:
                    message = server.take(until)
                    if message is None:
                        server.close()
                    elif message.get("kind") == "ended":
                        break
                if server.alive and not server.owns_processes:
                    server.end_children()
            except ServerGone:
                server.close()

    def _drain(self, *descriptors: int) -> None:
        for descriptor in descriptors:
            for _ in range(64):
                try:
                    chunk = os.read(descriptor, 1 << 16)
                except OSError:
                    break
                if not chunk:
                    break
                self._kept.add(chunk)


class _Opened:
    """Both ends of one channel, closed at the latest at the end of the block."""

    def __init__(self, ends: tuple[int, int]) -> None:
        self.first, self.second = ends
        self._open = {self.first, self.second}

    def __enter__(self) -> _Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        for descriptor in list(self._open):
            os.close(descriptor)
        self._open.clear()

    def close_second(self) -> None:
        os.close(self.second)
        self._open.discard(self.second)


def _channels() -> list[tuple[int, int]]:
    """Connection, doorbell, report, and what each side prints."""
    sockets = [socket.socketpair() for _ in range(2)]
    pairs = [(one.detach(), other.detach()) for one, other in sockets]
    return [*pairs, os.pipe(), os.pipe(), os.pipe()]


#: More folders, or files in one of them, no suite makes.
_ENTRIES = 20_000


def _bytes_in(folder: Path) -> int:
    """Bytes on the disk in a folder; beyond all limits where there are too many files to count."""
    total = seen = 0
    waiting = [str(folder)]
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                seen += 1
                if seen > _ENTRIES:
                    return 1 << 62
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
    return total
