"""Random logs made of real ones: `python -m tests.chaos.fuzz_logs --minutes 10 --seed 1`.

Each log is diagnosed, alone and beside another one, within a limit of CPU time. Exit code 1 where
a log breaks a promise or the limit; the log is kept in a file, whose name is printed.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from assistant.diagnosis import patterns
from assistant.diagnosis.asking import MOST, excerpt
from assistant.diagnosis.diagnose import ErrorAnalysis, analyze_log
from assistant.diagnosis.last_good import LastGood
from assistant.diagnosis.learned import signature
from ledger.text.printable import printable
from tests.unit.assistant.diagnosis.cases import FILLINGS, LOGS, load

# Seconds of CPU time for a log, and for each line of it. A line takes some 0.1 ms.
SECONDS, SECONDS_A_LINE = 1.0, 0.05

# What makes an expression that backtracks take for ever, and what breaks a parser of lines.
_NASTY = [
    *(b"a" * 3_000, b"=" * 2_000, b"_ " * 1_000, b"'" * 500, b"((((" * 200, b"\\" * 300),
    *(
        b'File "' * 200,
        b"\x1b[31m",
        b"\x1b]0;",
        b"\r",
        b"\r\n",
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
    ),
    *(b"\t\t", b"##[", b"::error ::", b"2024-01-01T00:00:00Z " * 50, b"#1 " * 300, b"[1] " * 300),
    *(b" in " * 400, b":1: " * 400, b"/" * 4_000, b"-a1b2c" * 700, b"1.2," * 1_000, b"0x" * 1_500),
    *(b"token=" * 400, b"eyJ" * 900, b"://a:" * 500, b"retrying " * 300, b"=\xc3\xa9" * 900),
]


@dataclass(frozen=True)
class Corpus:
    """What logs are made of: lines and literals, and whole logs as lines."""

    words: list[bytes]
    logs: list[list[bytes]]

    @classmethod
    def read(cls) -> Corpus:
        names = sorted(one.name for one in LOGS.iterdir() if one.suffix in (".yaml", ".jsonl"))
        logs = [case.log.encode().split(b"\n") for name in names for case in load(name)]
        literals = [one.encode() for entry in patterns.load().entries for one in entry.needs]
        lines = [line for log in logs for line in log[:40]]
        fillings = [one.encode() for one in FILLINGS.values()]
        return cls([*literals, *lines, *fillings, *_NASTY], [log[:300] for log in logs])


def random_log(chance: random.Random, corpus: Corpus) -> bytes:
    """A log of words at random, or a real one that is cut, doubled, spliced and damaged."""
    lines = _of_words(chance, corpus) if chance.random() < 0.5 else _mutated(chance, corpus)
    return chance.choice((b"\n", b"\n", b"\r\n", b"\r")).join(lines)


def _of_words(chance: random.Random, corpus: Corpus) -> list[bytes]:
    made = []
    for _ in range(chance.randrange(1, 60)):
        parts = [chance.choice(corpus.words) for _ in range(chance.randrange(1, 5))]
        made.append(_damaged(chance, chance.choice((b"", b" ", b": ")).join(parts)))
    return made


def _mutated(chance: random.Random, corpus: Corpus) -> list[bytes]:
    lines = list(chance.choice(corpus.logs))
    for _ in range(chance.randrange(1, 8)):
        place = chance.randrange(len(lines) + 1)
        length = chance.randrange(1, 20)
        change = chance.randrange(5)
        if change == 0:
            del lines[place : place + length]
        elif change == 1:
            lines[place:place] = lines[place : place + length] * chance.choice((1, 2, 50))
        elif change == 2:
            other = chance.choice(corpus.logs)
            begin = chance.randrange(len(other))
            lines[place:place] = other[begin : begin + length]
        elif change == 3:
            lines[place:place] = [chance.choice(corpus.words)]
        else:
            lines[place : place + 3] = [_damaged(chance, one) for one in lines[place : place + 3]]
    return lines[:3_000]


def _damaged(chance: random.Random, line: bytes) -> bytes:
    """The line with a few bytes changed, or with something nasty in it."""
    changed = bytearray(line)
    for _ in range(chance.randrange(4)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    if chance.random() < 0.1:
        place = chance.randrange(len(changed) + 1)
        changed[place:place] = chance.choice(_NASTY)
    return bytes(changed).replace(b"\n", b" ")


def checked(log: bytes, other: bytes = b"") -> ErrorAnalysis:
    """The diagnosis of a log, within its time; AssertionError where a promise is not kept."""
    with limited(SECONDS + SECONDS_A_LINE * (log.count(b"\n") + other.count(b"\n"))):
        found = analyze_log(io.BytesIO(log))
        beside = analyze_log(io.BytesIO(log), LastGood(io.BytesIO(other)))
        shown = excerpt(io.BytesIO(log), LastGood(io.BytesIO(other)))
        signature("deploy", log.decode("utf-8", "replace").split("\n")[:12], "orders")
    for one in (found, beside):
        assert 0 <= one.confidence <= 1
        assert 0 <= one.number <= log.count(b"\n") + 1
        assert bool(one.number) == bool(one.rule)
        assert one.line == printable(one.line)
        assert json.dumps(one.to_json())
        assert all(0 < number <= log.count(b"\n") + 1 for number, _ in one.new)
    assert len(shown) <= MOST + 100  # a secret's mark may be longer than the secret
    assert found == analyze_log(io.BytesIO(log)), "the same log, another diagnosis"
    return found


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise AssertionError where the block takes more CPU time, whatever else the machine does."""

    def late(_number: int, _frame: object) -> None:
        raise AssertionError(f"it takes more than {seconds:.1f} s of CPU time")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def fuzz(seconds: float, seed: int) -> str:
    """Diagnose random logs for so long; gives the outcome in one line."""
    chance, corpus, done, slowest = random.Random(seed), Corpus.read(), 0, 0.0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        log, other = random_log(chance, corpus), random_log(chance, corpus)
        began = time.process_time()
        try:
            checked(log, other)
        except BaseException:
            with tempfile.NamedTemporaryFile(prefix="log-", delete=False) as kept:
                kept.write(log)
            print(f"the log is in {kept.name}")  # noqa: T201  # a command's output
            raise
        slowest = max(slowest, time.process_time() - began)
        done += 1
    return f"{done} logs in {seconds:.0f} s, the slowest took {slowest:.2f} s of CPU time"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.fuzz_logs", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(fuzz(given.minutes * 60, given.seed))  # noqa: T201  # as above


if __name__ == "__main__":
    main()
