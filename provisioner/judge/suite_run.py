"""Result of one run of a suite."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ledger.text.printable import printable
from provisioner.judge.verdict import TestResult

_MESSAGE = 4000


End = Literal["done", "stopped early", "hung", "gone", "memory", "garbled"]


@dataclass(slots=True)
class SuiteRun:
    """Result of one run of a test suite.

    Attributes:
        results: how each test ended, by name, in the order in which they ran.
        collected: names of all tests in the order of the file.
        end: how the run ended.
        why: more on that, one line.
        stopped: the exception that kept the suite from running, as described inside.
        running: the test that never ended, "" for none.
        remarks: classes of the code that are equal to more than one value.
        changed: a file beside the tests that the code changed, "" for none.
        elsewhere: tests that looked at more than the code's answers.
        printed: what both sides printed past the tests, head and tail.
        seconds: wall-clock time.
    """

    results: dict[str, TestResult] = field(default_factory=dict)
    collected: list[str] = field(default_factory=list)
    end: End = "gone"
    why: str = ""
    stopped: dict[str, Any] | None = None
    running: str = ""
    remarks: list[str] = field(default_factory=list)
    changed: str = ""
    elsewhere: set[str] = field(default_factory=set)
    printed: str = ""
    seconds: float = 0.0


class Kept:
    """Head and tail of what is printed."""

    def __init__(self, limit: int) -> None:
        self._half = max(limit // 2, 1)
        self._head, self._tail = bytearray(), bytearray()

    def add(self, chunk: bytes) -> None:
        room = max(self._half - len(self._head), 0)
        self._head += chunk[:room]
        self._tail += chunk[room:]
        del self._tail[: -self._half]

    def text(self) -> str:
        middle = b"\n[...]\n" if len(self._tail) >= self._half else b""
        return bytes(self._head + middle + self._tail).decode("utf-8", "replace")


def result_of(name: str, outcome: Any, error: Any, assertions: int) -> TestResult:
    """The judge's form of what was reported of one test."""
    kind, message = _told(error)
    return TestResult(
        name=name,
        outcome=outcome,
        error_type=printable(kind) if outcome == "failed" else "",
        message=printable(message)[:_MESSAGE] if outcome != "passed" else "",
        assertions=int(assertions),
    )


def _told(error: Any) -> tuple[str, str]:
    """Type and text of an exception as described inside."""
    if not isinstance(error, dict):
        return "", ""
    kind, text = str(error.get("type", ""))[:200], str(error.get("text", ""))
    lines = [f"{kind}: {text}" if text else kind]
    for frame in reversed(error.get("frames") or []):
        if isinstance(frame, list) and len(frame) == 4:
            file, line, name, source = frame
            lines.append(f"  {file}:{line} {name}: {source}".rstrip(": ")[:300])
    return kind, "\n".join(lines)
