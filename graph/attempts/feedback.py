"""Feedback on a judgement for the next round: grouped by cause, bounded, comparable."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict

from ledger.text.counted import counted
from provisioner.judge.verdict import Judgement, TestResult

MAX_CAUSES = 8  # distinct tracebacks; more only repeats them
MAX_CHARS = 12_000  # shorter excerpts stalled repairs, longer ones drown the cause

_VARYING = (
    (re.compile(r"\b0x[0-9a-fA-F]{6,}\b"), "0x…"),
    (re.compile(r"(127\.0\.0\.1|localhost|\[::1\]):\d+"), r"\1:PORT"),
    (re.compile(r"(process|pid|port) \[?\d+\]?", re.IGNORECASE), r"\1 N"),
    (re.compile(r"\bin \d+\.\d+ ?s\b"), "in N s"),
    (re.compile(r"/tmp/[\w./-]*?(?=[\w.-]+\.py\b)"), ""),
)
_NUMBERS = re.compile(r"-?\b(0x[0-9a-fA-F]+|\d+(\.\d+)?([eE][+-]?\d+)?)\b")
_LINES = re.compile(r"\bline \d+\b")
_NAMES_SHOWN = 6
_NAME_CHARS = 60


def normalize_log(text: str) -> str:
    """Remove addresses, ports, process ids and times from a log, and cut it to MAX_CHARS.

    The same failure then makes the same prompt, which the journal can answer.
    """
    for pattern, instead in _VARYING:
        text = pattern.sub(instead, text)
    return text[:MAX_CHARS]


def group_failures(judgement: Judgement) -> str:
    """The failures grouped by root cause, each with the tests that share it."""
    if not judgement.failures:
        parts = [judgement.reason, judgement.output_tail[-4000:]]
        return normalize_log("\n\n".join(part for part in parts if part))
    groups: dict[str, list[TestResult]] = defaultdict(list)
    for test in judgement.failures:
        groups[_cause(test)].append(test)
    shown = list(groups.values())[:MAX_CAUSES]
    head = f"{judgement.failed} of {counted(judgement.collected, 'test')} failed."
    more = len(groups) - len(shown)
    tail = f"and {counted(more, 'more cause')}" if more else ""
    share = (MAX_CHARS - len(head) - len(tail)) // len(shown) - 2 * len("\n\n")
    blocks = [_block(tests, share) for tests in shown]
    return normalize_log("\n\n".join(part for part in (head, *blocks, tail) if part))


def signature(judgement: Judgement) -> str:
    """Equal for the same tests failing in the same way, whatever the numbers in the messages."""
    causes = sorted(f"{test.name}:{_cause(test)}" for test in judgement.failures)
    text = "\n".join(causes) or f"{judgement.verdict}:{_without_numbers(judgement.reason)}"
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def summarize(judgement: Judgement) -> str:
    """The outcome of an attempt in at most 200 characters."""
    if judgement.verdict == "green":
        return (
            f"green, {counted(judgement.passed, 'test')}, "
            f"{counted(judgement.assertions, 'assertion')}"
        )
    if not judgement.failures:
        return printable(f"{judgement.verdict}: {judgement.reason}")
    first = judgement.failures[0]
    return printable(
        f"{judgement.verdict}, {judgement.passed} of {judgement.collected} passed; "
        f"{first.name}: {error_line(first)}"
    )


def printable(text: str, limit: int = 200) -> str:
    """The text as one line without control characters, cut to `limit` characters."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(plain.split())[:limit]


def _block(tests: list[TestResult], share: int) -> str:
    """One cause: the tests that share it and its message, head and tail where it is long."""
    names = ", ".join(test.name[:_NAME_CHARS] for test in tests[:_NAMES_SHOWN])
    more = f" and {len(tests) - _NAMES_SHOWN} more" if len(tests) > _NAMES_SHOWN else ""
    head, message = f"{names}{more}:\n", tests[0].message
    limit = share - len(head)
    if len(message) > limit:
        half = (limit - len("\n…\n")) // 2
        message = f"{message[:half]}\n…\n{message[-half:]}"
    return head + message


def _cause(test: TestResult) -> str:
    return f"{test.error_type}:{_without_numbers(error_line(test))}"


def error_line(test: TestResult) -> str:
    """The line that names the error: the first of a traceback, the last of an assertion."""
    lines = test.message.strip().splitlines() or [test.error_type]
    return lines[0] if lines[0].startswith(f"{test.error_type}:") else lines[-1]


def _without_numbers(text: str) -> str:
    return _NUMBERS.sub("#", _LINES.sub("line #", text))
