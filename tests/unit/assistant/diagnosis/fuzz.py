"""Random logs made of the words of real ones: `python -m tests.unit.assistant.diagnosis.fuzz 600 1`."""

from __future__ import annotations

import io
import random
import sys
import time

from assistant.diagnosis import patterns
from assistant.diagnosis.diagnose import ErrorAnalysis, analyze_log
from ledger.text.printable import printable
from tests.unit.assistant.diagnosis.cases import FILLINGS, load

# What makes an expression that backtracks take for ever, and what breaks a parser of lines.
_NASTY = [
    b"a" * 3_000,
    b"=" * 2_000,
    b"_ " * 1_000,
    b"'" * 500,
    b"((((" * 200,
    b"\\" * 300,
    b'File "' * 200,
]
_NASTY += [
    b"\x1b[31m",
    b"\x1b]0;",
    b"\r",
    b"\r\n",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\t\t",
    b"##[",
    b"::error ::",
]
_NASTY += [b"2024-01-01T00:00:00Z " * 50, b"#1 " * 300, b"[1] " * 300, b" in " * 400, b":1: " * 400]


def words() -> list[bytes]:
    """Literals of all patterns, lines of all cases, fillings and what is nasty."""
    literals = [literal.encode() for entry in patterns.load().entries for literal in entry.needs]
    lines = [line.encode() for case in load("written.yaml") for line in case.log.splitlines()[:40]]
    return [*literals, *lines, *(one.encode() for one in FILLINGS.values()), *_NASTY]


def random_log(chance: random.Random, known: list[bytes], lines: int = 60) -> bytes:
    made = []
    for _ in range(chance.randrange(1, lines)):
        parts = [chance.choice(known) for _ in range(chance.randrange(1, 5))]
        line = bytearray(chance.choice((b"", b" ", b": ")).join(parts))
        for _ in range(chance.randrange(4)):  # a few bytes are flipped, lost or put in
            if line:
                line[chance.randrange(len(line))] = chance.randrange(256)
        made.append(bytes(line))
    return chance.choice((b"\n", b"\n", b"\r\n")).join(made)


def checked(log: bytes) -> ErrorAnalysis:
    """The diagnosis of a log; AssertionError where it does not keep its promises."""
    found = analyze_log(io.BytesIO(log))
    assert 0 <= found.confidence <= 1
    assert 0 <= found.number <= log.count(b"\n") + 1
    assert bool(found.number) == bool(found.rule)
    assert found.line == printable(found.line)
    assert found == analyze_log(io.BytesIO(log)), "the same log, another diagnosis"
    return found


def main() -> None:
    seconds, seed = float(sys.argv[1]), int(sys.argv[2])
    chance, known, done, slowest = random.Random(seed), words(), 0, 0.0
    end = time.monotonic() + seconds
    while (began := time.monotonic()) < end:
        checked(random_log(chance, known))
        slowest = max(slowest, time.monotonic() - began)
        done += 1
    print(f"{done} logs in {seconds:.0f} s, the slowest took {slowest * 1e3:.0f} ms")  # noqa: T201


if __name__ == "__main__":
    main()
