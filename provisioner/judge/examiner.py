"""One sitting: a suite is run in the sandbox, and everything it shows is weighed out here."""

from __future__ import annotations

import doctest
import json
import random
import re
import secrets
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ledger.text.printable import printable
from provisioner.judge.claims import FAILURES, Exam, Raised, Reached, Site
from provisioner.judge.explain import explain
from provisioner.judge.plain import Garbled, Opaque
from provisioner.judge.room.channel import proof
from provisioner.judge.verdict import TestResult
from provisioner.judge.weigh import Tampered, Weighing
from provisioner.judge.worker import Worker, WorkerGone
from provisioner.sandbox.base import Limits

#: A suite that shows more lines than this floods.
LINES = 2_000_000
_WATCH_SECONDS = 0.05
_ADDRESS = re.compile(r" at 0x[0-9a-f]{6,}")
_MESSAGE = 4000
#: Letters of a proof, see room/channel.py.
_PROOF = 32

End = Literal["done", "odd", "stopped early", "hung", "gone", "memory", "tampered"]


@dataclass(slots=True)
class Sat:
    """What came of a sitting.

    Attributes:
        results: how each test ended, by name, in the order in which they ran.
        collected: names of all tests in the order of the file.
        end: how the sitting ended.
        why: more on that, one line.
        deeds: what judged code did that only an attacker does.
        frames: where judged code took hold of a frame.
        idle: tests that passed because what they loop over was empty.
        unsealed: evaluated assertions whose expected value the sandbox could know.
        stopped: the exception that kept the suite from running, as the sandbox describes it.
        printed: what was printed, head and tail.
        seconds: wall-clock time.
    """

    results: dict[str, TestResult] = field(default_factory=dict)
    collected: list[str] = field(default_factory=list)
    end: End = "done"
    why: str = ""
    stopped: dict[str, Any] | None = None
    deeds: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    idle: list[str] = field(default_factory=list)
    unsealed: int = 0
    printed: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Broken:
    """An assertion that did not hold, and what is to be said about it."""

    site: Site
    said: str


class _Enough(Exception):
    """The sitting is over for a reason that has been noted."""


class Examiner:
    """Runs one sitting; not reused."""

    def __init__(
        self, worker: Worker, exam: Exam, limits: Limits, early_stop: bool, chance: random.Random
    ) -> None:
        self._worker, self._exam, self._limits = worker, exam, limits
        self._early_stop, self._chance = early_stop, chance
        self._sat = Sat()
        self._lines: list[bytes] = []
        self._rest = b""
        self._count = self._taken = 0
        self._test = ""
        self._broken: list[_Broken] = []
        self._done: Counter[int] = Counter()
        self._assertions = 0
        self._examples = 0
        self._checker = doctest.OutputChecker()
        self._cancelled = False
        self._only: list[str] | None = None
        self._word = secrets.token_hex(16).encode()

    def cancel(self) -> None:
        """Have it end soon; called from another thread."""
        self._cancelled = True

    def run(self, job: dict[str, Any]) -> Sat:
        """Send the job, answer until it ends, clear up; never raises for what the suite does."""
        began = time.monotonic()
        self._until = began + self._limits.wall_seconds
        self._only = job["paper"]["only"]
        try:
            self._worker.put("job", json.dumps(job).encode())
            self._worker.put("line", self._word + b"\n")
            while self._step(self._message()):
                pass
            self._check_complete()
        except _Enough:
            pass
        except (Garbled, Tampered) as error:
            self._finish("tampered", str(error))
        except WorkerGone as error:
            self._finish("gone", f"the sandbox ended: {error}".strip())
            self._worker.close()
        self._leave()
        self._sat.seconds = time.monotonic() - began
        return self._sat

    def _finish(self, end: End, why: str) -> None:
        self._sat.end, self._sat.why = end, why

    def _leave(self) -> None:
        """Have the candidate ended and the room cleared."""
        if not self._worker.alive:
            return
        until = time.monotonic() + 3
        try:
            self._worker.put("stop", b"")
            while message := self._worker.take(until):
                if message[0] == "ended":
                    ended = json.loads(message[1])
                    self._sat.printed = printable(str(ended["printed"]))
                    if not self._worker.owns_processes:
                        self._worker.end_candidates()
                    return
        except (WorkerGone, ValueError, KeyError):
            pass
        self._worker.close()

    def _message(self) -> list[Any]:
        """The next line of the candidate's."""
        while not self._lines:
            now = time.monotonic()
            if self._cancelled:
                raise _Enough
            if now >= self._until:
                self._finish("hung", self._where("the time limit was reached"))
                raise _Enough
            message = self._worker.take(min(self._until, now + _WATCH_SECONDS))
            if message is None:
                self._watch()
            elif message[0] == "line":
                self._receive(message[1])
            elif message[0] == "gone":
                self._gone(int(message[1]))
        line = self._lines.pop()
        said, line = line[:_PROOF], line[_PROOF:]
        if not secrets.compare_digest(said, proof(self._word, self._taken, line)):
            raise Garbled("a line that the tests did not send")
        self._taken += 1
        try:
            parsed = json.loads(line)
        except (ValueError, RecursionError):
            raise Garbled("a line that is no message") from None
        if not isinstance(parsed, list) or not parsed:
            raise Garbled("a line that is no message")
        return parsed

    def _receive(self, chunk: bytes) -> None:
        lines = (self._rest + chunk).split(b"\n")
        self._rest = lines.pop()
        self._lines = [*reversed(lines), *self._lines]
        self._count += len(lines)
        if self._count > LINES or len(self._rest) > self._limits.memory_bytes // 8:
            raise Garbled("a flood of lines")

    def _watch(self) -> None:
        if self._worker.resident_bytes() > self._limits.memory_bytes:
            self._finish("memory", self._where("the memory limit was reached"))
            raise _Enough

    def _gone(self, status: int) -> None:
        if status & 0x7F == 24:  # SIGXCPU
            self._finish("hung", self._where("the processor time limit was reached"))
        else:
            number = status & 0x7F
            how = f"signal {number}" if number else f"exit code {status >> 8}"
            self._finish("gone", self._where(f"the process ended by itself, {how}"))
        raise _Enough

    def _where(self, what: str) -> str:
        return f"{what}, in {self._test}" if self._test else what

    def _step(self, message: list[Any]) -> bool:
        """Take one line to heart; False when it was the last."""
        match message:
            case ["check", int(site), list(shown)]:
                held = self._weigh(site, shown, self._ask)
                # what was expected stays here: whoever fails a caught assertion could read it
                line = f"the assertion in line {self._exam.sites[site].line} does not hold"
                self._reply(["held"] if held is None else ["broken", line])
            case ["saw", int(site), list(shown)]:
                self._weigh(site, shown, _mute)
            case ["example", str(name), int(number), str(got), str() | None as raised]:
                self._example(name, number, got, raised)
            case ["collected", list(names)] if all(isinstance(name, str) for name in names):
                self._sat.collected = names
            case ["start", str(name)]:
                self._start(name)
            case ["end", str(name), "passed" | "failed" | "skipped" as outcome, error]:
                self._end(name, outcome, error)
            case ["stopped", dict(error)]:
                self._sat.stopped = error
            case ["deed", str(what)]:
                self._sat.deeds.append(printable(what[:200]))
            case ["frame", str(what)]:
                self._sat.frames.append(printable(what[:200]))
            case ["odd", str(why)]:
                self._finish("odd", printable(why[:200]))
                raise _Enough
            case ["done"]:
                return False
            case _:
                raise Garbled(f"an unknown message: {str(message[0])[:40]}")
        return True

    def _weigh(self, number: int, shown: Sequence[object], ask: Any) -> str | None:
        """None where the assertion holds, else what is to be said about it."""
        if not 0 <= number < len(self._exam.sites):
            raise Garbled("an assertion that the tests do not have")
        site = self._exam.sites[number]
        weighing = Weighing(shown, self._exam.sealed, ask, self._chance)
        self._done[number] += 1
        self._sat.unsealed += site.caught or not site.sealed
        self._assertions += bool(shown) or not site.sealed
        if weighing.holds(site.claim):
            if isinstance(site.claim, Raised) and FAILURES & set(site.claim.names):
                self._broken = [one for one in self._broken if not one.site.expected]
            return None
        message = explain(site, weighing.value, shown, self._describe if ask is not _mute else None)
        if not site.caught:
            self._broken.append(_Broken(site, message))
            if self._early_stop:
                self._end(self._test or "script", "failed", None)
        return message

    def _ask(
        self, operation: str, left: object, rights: Sequence[object], *more: object
    ) -> list[bool | None]:
        query = ["compare", operation, _reference(left), [_reference(r) for r in rights], more]
        self._reply(query)
        answer = self._message()
        match answer:
            case ["answer", list(bits)] if all(bit in (True, False, None) for bit in bits):
                return bits
        raise Garbled("no answer")

    def _describe(self, number: int) -> str:
        """What an object of the sandbox calls itself; for people, proves nothing."""
        self._reply(["describe", [["object", number]]])
        match self._message():
            case ["answer", [str(text)]]:
                return text
        raise Garbled("no answer")

    def _reply(self, message: list[Any]) -> None:
        self._worker.put("line", json.dumps(message).encode() + b"\n")

    def _start(self, name: str) -> None:
        if name not in self._sat.collected or name in self._sat.results or self._test:
            raise Tampered(f"{name[:80]} was started out of turn")
        self._test = name
        self._broken.clear()
        self._done.clear()
        self._assertions = self._examples = 0

    def _end(self, name: str, outcome: Literal["passed", "failed", "skipped"], error: Any) -> None:
        if name != self._test:
            raise Tampered(f"{name[:80]} ended without having been started")
        kind, message = _told(error)
        kind = printable(kind)
        if self._broken:
            first = self._broken[0]
            where = f"test.py:{first.site.line}: "
            outcome, kind, message = "failed", "AssertionError", where + first.said
        elif outcome == "passed":
            self._check_due(name)
            if not self._assertions and self._exam.looped.get(name.partition("[")[0]):
                self._sat.idle.append(name)
        self._sat.results[name] = TestResult(
            name=name,
            outcome=outcome,
            error_type=kind if outcome == "failed" else "",
            message=printable(_ADDRESS.sub("", message))[:_MESSAGE] if outcome != "passed" else "",
            assertions=self._assertions,
        )
        self._test = ""
        self._broken.clear()
        if self._early_stop and outcome == "failed":
            self._finish("stopped early", f"{name} failed")
            raise _Enough

    def _check_due(self, name: str) -> None:
        """A test that passes has evaluated what its source says it must."""
        for site, times in self._exam.due.get(name.partition("[")[0], {}).items():
            if self._done[site] < times:
                line = self._exam.sites[site].line
                raise Tampered(f"{name} passed without its assertion in line {line}")
        if self._examples < len(self._exam.examples.get(name, ())):
            raise Tampered(f"{name} passed without all of its examples")

    def _check_complete(self) -> None:
        """Every test that is in the file was collected, and every one collected has ended."""
        if self._sat.stopped is not None:
            return
        if self._test:
            raise Tampered(f"{self._test} never ended")
        found = Counter(name.partition("[")[0] for name in self._sat.collected)
        lost = [name for name in sorted(self._exam.tests) if name not in found]
        lost += [name for name, number in self._exam.cases.items() if found[name] < number]
        lost += [name for name in self._wanted() if name not in self._sat.results]
        if lost:
            raise Tampered(f"{lost[0]} is in the tests and was not run")

    def _wanted(self) -> list[str]:
        only = self._only
        return [name for name in self._sat.collected if only is None or name in only]

    def _example(self, name: str, number: int, got: str, raised: str | None) -> None:
        examples = self._exam.examples.get(name, ())
        if not 0 <= number < len(examples):
            raise Garbled("an example that the tests do not have")
        example = examples[number]
        options = sum(flag for flag, on in example.options.items() if on)
        self._examples += 1
        self._assertions += 1
        if raised is not None or example.raises is not None:
            fits = raised is not None and example.raises is not None
            held = fits and self._checker.check_output(example.raises or "", raised or "", options)
        else:
            held = self._checker.check_output(example.want, got, options)
        if held:
            self._reply(["held"])
            return
        came = raised if raised is not None else got
        said = f"{example.source.strip()}\nexpected {example.want!r}, got {came[:600]!r}"
        self._broken.append(_Broken(Site(example.line, example.source, Reached()), said))
        self._reply(["broken", f"the example in line {example.line} does not hold"])


def _mute(*_: object) -> list[bool | None]:
    raise Garbled("an object without its sender waiting")


def _reference(value: object) -> object:
    return ["object", value.number] if isinstance(value, Opaque) else value


def _told(error: Any) -> tuple[str, str]:
    """Type and text of an exception as the sandbox describes it."""
    if not isinstance(error, dict):
        return "", ""
    kind, text = str(error.get("type", ""))[:200], str(error.get("text", ""))
    lines = [f"{kind}: {text}" if text else kind]
    for frame in reversed(error.get("frames") or []):
        if isinstance(frame, list) and len(frame) == 4:
            file, line, name, source = frame
            lines.append(f"  {file}:{line} {name}: {source}".rstrip(": ")[:300])
    return kind, "\n".join(lines)
