"""One run of one suite, watched from outside."""

from __future__ import annotations

import contextlib
import json
import os
import re
import selectors
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ledger.text.printable import printable
from provisioner.judge.pair import Pair
from provisioner.judge.process import SandboxedServer, ServerGone
from provisioner.judge.verdict import TestResult
from provisioner.process.command import BoundedOutput
from provisioner.sandbox.base import Limits
from provisioner.sandbox.limited import as_arguments

_WATCH_SECONDS, _STOP_SECONDS = 0.05, 5.0
#: No suite has more to report, of one test in words or in all.
_MESSAGE_CHARACTERS, _REPORT_BYTES = 4000, 64 << 20
#: More folders, or files in one of them, no suite makes.
_ENTRIES = 20_000
_SIGXCPU = 24
#: Tests whose own file is read, or run by another process.
_READS_ITSELF = re.compile(
    r"""open\(__file__|__file__\)\.(read|open)|executable, .*(__file__|["']test\.py)"""
    r"""|(open|Path)\(["']test\.py"""
)

End = Literal["done", "stopped early", "hung", "gone", "memory", "garbled", "stale"]
#: What becomes of the tests' process where they are collected: nothing; it stays there; the run is
#: forked from the one that stayed; the run is done in full beside that.
Hold = Literal["", "collect", "again", "beside"]


@dataclass(slots=True)
class SuiteRun:
    """Result of one run of a test suite.

    Attributes:
        results: how each test ended, by name, in the order in which they ran.
        collected: names of all tests in the order of the file.
        end: how the run ended, "" while it runs.
        why: more on that, one line.
        stopped: the exception that kept the suite from running, as described inside.
        running: the test that never ended, "" for none.
        changed: a file beside the tests that the code changed, "" for none.
        elsewhere: tests that looked at more than the code's answers.
        printed: what both sides printed past the tests, head and tail.
        seconds: wall-clock time.
    """

    results: dict[str, TestResult] = field(default_factory=dict)
    collected: list[str] = field(default_factory=list)
    end: End | Literal[""] = ""
    why: str = ""
    stopped: dict[str, Any] | None = None
    running: str = ""
    changed: str = ""
    elsewhere: set[str] = field(default_factory=set)
    printed: str = ""
    seconds: float = 0.0

    def finish(self, end: End, why: str) -> None:
        """Note how it ended, and in which test; the first word counts."""
        if not self.end:
            self.end = end
            self.why = f"{why}, in {self.running}" if self.running else why


class Run:
    """Runs one suite once; not reused."""

    def __init__(
        self, pair: Pair, limits: Limits, *, early_stop: bool, hold: Hold, processor: int
    ) -> None:
        self._pair, self._limits, self._early_stop = pair, limits, early_stop
        self._hold, self._processor = hold, processor
        self._run = SuiteRun()
        self._cancelled = False
        self._kept = BoundedOutput(limits.output_bytes)
        self._rest, self._reported = b"", 0
        self._ended: dict[SandboxedServer, int] = {}

    def cancel(self) -> None:
        """Have it end soon; called from another thread."""
        self._cancelled = True

    def run(self, job: dict[str, Any], files: Mapping[str, bytes]) -> SuiteRun:
        """Run, watch, clear up; never raises for what the suite does."""
        began = time.monotonic()
        run, tests, code = self._run, self._pair.tests, self._pair.code
        self._pair.lay(_laid(job, files))
        places = {"folder": str(self._pair.feature), "temporary": str(self._pair.temporary)}
        common = {**job, **places, "limits": as_arguments(self._limits)}
        common["processor"] = self._processor
        with contextlib.ExitStack() as stack:

            def opened(ends: tuple[Any, Any]) -> list[Any]:
                return [stack.enter_context(end) for end in ends]

            connection, doorbell = opened(socket.socketpair()), opened(socket.socketpair())
            report, shown, printed = opened(_pipe()), opened(_pipe()), opened(_pipe())
            for_code = [connection[1], doorbell[1], printed[1]]
            for_tests = [connection[0], doorbell[0], report[1], shown[1]]
            try:
                known = {**common, "tests": "", "warm": job["warm_code"], "hold": ""}
                known |= {"paths": job["paths_code"], "of_tool": []}
                code.put("run", {**known, **code.confinement}, for_code)
                held = {"hold": self._hold, **tests.confinement}
                tests.put("run", {**common, **held}, for_tests)
                for end in (*for_code, *for_tests):
                    end.close()
                self._watch(report[0], (shown[0], printed[0]), began + self._limits.wall_seconds)
            except ServerGone as error:
                run.finish("gone", f"the sandbox ended: {error}".strip())
            alive = [server for server in (tests, code) if server.alive]
            for server in alive:
                server.stop()
            for server in alive:
                server.wait_stopped(time.monotonic() + _STOP_SECONDS)
            if run.end == "done":
                run.changed = self._pair.changed(files)
            for stream in (shown[0], printed[0]):
                self._keep(stream)
        run.printed = printable(self._kept.content().decode("utf-8", "replace"))
        run.seconds = time.monotonic() - began
        return run

    def _watch(self, report: Any, printed: tuple[Any, ...], until: float) -> None:
        run, servers = self._run, (self._pair.tests, self._pair.code)
        looked = time.monotonic()
        with selectors.DefaultSelector() as selector:
            for stream in (report, *printed, *servers):
                selector.register(stream, selectors.EVENT_READ)
            while not run.end and not self._cancelled:
                now = time.monotonic()
                if now >= until:
                    run.finish("hung", "the time limit was reached")
                if now - looked > _WATCH_SECONDS:
                    looked = now
                    self._look_at_memory()
                for key, _ in selector.select(min(_WATCH_SECONDS, max(until - now, 0))):
                    if key.fileobj is report:
                        open_ = self._read_report(report)
                    elif isinstance(key.fileobj, SandboxedServer):
                        open_ = self._hear(key.fileobj, now + _WATCH_SECONDS)
                    else:
                        open_ = self._keep(key.fileobj)
                    if not open_:
                        selector.unregister(key.fileobj)
                if self._pair.tests in self._ended:
                    self._read_report(report)
                    self._explain_end()

    def _hear(self, server: SandboxedServer, until: float) -> bool:
        message = server.take(until)
        if message is not None and message["kind"] == "gone":
            self._ended[server] = int(message["status"])
        return True

    def _explain_end(self) -> None:
        """The tests' process has ended; where it did not say that it was done, say why."""
        tests, code = self._pair.tests, self._pair.code
        status = self._ended.get(code, self._ended.get(tests, 0))
        number = status & 0x7F
        if number == _SIGXCPU:
            self._run.finish("hung", "the processor time limit was reached")
        how = f"signal {number}" if number else f"exit code {status >> 8}"
        self._run.finish("gone", f"the process ended by itself, {how}")

    def _look_at_memory(self) -> None:
        pair, limit = self._pair, self._limits.memory_bytes
        if max(pair.tests.resident_bytes(), pair.code.resident_bytes()) > limit:
            self._run.finish("memory", "the memory limit was reached")
        elif _bytes_in(pair.shared) > limit:
            self._run.finish("memory", "the limit on files was reached")

    def _read_report(self, stream: Any) -> bool:
        """Take what was reported; whether there may be more."""
        while chunk := stream.read(1 << 16):
            self._reported += len(chunk)
            if self._reported > _REPORT_BYTES:
                self._run.finish("garbled", "more was reported than any suite has to report")
                return False
            *lines, self._rest = (self._rest + chunk).split(b"\n")
            for line in lines:
                if not self._run.end:
                    self._take(json.loads(line))
        return chunk is None

    def _keep(self, stream: Any) -> bool:
        """Keep what was printed; whether there may be more."""
        for _ in range(64):
            chunk = stream.read(1 << 16)
            if not chunk:
                return chunk is None
            self._kept.add(chunk)
        return True

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
                run.results[name] = _result(name, outcome, error, assertions)
                if self._early_stop and outcome == "failed":
                    run.finish("stopped early", f"{name} failed")
            case ["stopped", error]:
                run.stopped = error
            case ["gone", _]:
                code = self._pair.code
                if code not in self._ended:
                    self._hear(code, time.monotonic() + _STOP_SECONDS)
                self._explain_end()
            case ["garbled", why]:
                run.finish("garbled", f"the code's process said what no code says: {why}")
            case ["stale", _]:
                run.finish("stale", "the tests were collected with another main.py")
            case ["done", _]:
                run.finish("done", "")


def _laid(job: dict[str, Any], files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The files as they lie there: test.py empty, which the code could read, unless tests read it.

    What runs is its text in the job.
    """
    reads = job["isolation"] == "shared" or _READS_ITSELF.search(job["tests"])
    return files if reads else {**files, "test.py": b""}


def _pipe() -> tuple[Any, Any]:
    """Both ends; reading never blocks."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    return os.fdopen(reader, "rb", 0), os.fdopen(writer, "wb", 0)


def _result(name: str, outcome: Any, error: Any, assertions: int) -> TestResult:
    """The judge's form of what was reported of one test."""
    kind, lines = "", []
    if isinstance(error, dict):
        kind, text = str(error.get("type", ""))[:200], str(error.get("text", ""))
        lines = [f"{kind}: {text}" if text else kind]
        for frame in reversed(error.get("frames") or []):
            file, line, function, source = frame
            lines.append(f"  {file}:{line} {function}: {source}".rstrip(": ")[:300])
    return TestResult(
        name=name,
        outcome=outcome,
        error_type=printable(kind) if outcome == "failed" else "",
        message=printable("\n".join(lines))[:_MESSAGE_CHARACTERS] if outcome != "passed" else "",
        assertions=int(assertions),
    )


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
