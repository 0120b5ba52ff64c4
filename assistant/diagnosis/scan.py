"""One pass over a log: the lines that a pattern names, each with where it stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, BinaryIO

from assistant.diagnosis import patterns
from assistant.diagnosis.lines import CHUNK, LONGEST, Line, Window, parse_line, windows
from assistant.diagnosis.patterns import Pattern
from assistant.diagnosis.structure import Section, Step, Structure
from assistant.diagnosis.targets.imports import Reading
from assistant.diagnosis.targets.place import Place
from assistant.diagnosis.targets.readers import READERS
from assistant.kinds import Kind

if TYPE_CHECKING:
    from assistant.diagnosis.last_good import LastGood

_KEPT = 8  # findings of one pattern in one step; the first of them decide
_TRIED = 400  # lines of a step on which one pattern is tried
_FLOOD = 20_000  # literals that were tried often enough; then an automaton without them is quicker
_ENDS = (b"\n", b"\r")
_MOST = 4_000  # findings altogether: a log may have millions of steps
_AGAIN = re.compile(
    rb"(?i)(?<!not )(?<!no )(?<!stop )(?<!without )\b(?:retrying(?! \(retry\()|trying again\b"
    rb"|will (?:retry|try again)|retry(?:ing)? (?:in|after|attempt|\d)"
    rb"|attempt \d+(?: of \d+|/\d+)? failed)"
)
_AGAIN_WITHIN = 3  # lines
SHOWN = 300  # bytes of a line that are shown


@dataclass(frozen=True, slots=True)
class Finding:
    """A line that a pattern names.

    Attributes:
        kind: the pattern's, or what its reader has made of it.
        text: the line's message, or at most 300 bytes of it around the match.
        certainty: what the reader says of its own answer, at most 1.
        module: the dotted name of a missing module that a package provides, else "".
        known: whether the log of the last good run says the same.
        retried: whether what failed is tried once more, as the line or one of the next says.
    """

    pattern: Pattern
    kind: Kind
    target: str | None
    certainty: float
    module: str
    line: Line
    text: str
    step: int
    section: Section
    known: bool = False
    retried: bool = False


@dataclass(slots=True)
class Scan:
    """What one pass has found; lines is how many the log has."""

    findings: list[Finding] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    lines: int = 0


def scan(stream: BinaryIO, good: LastGood | None = None, *, chunk: int = CHUNK) -> Scan:
    """Look at a log once, `chunk` bytes at a time: memory does not grow with it."""
    return _Scanner(good).run(stream, chunk)


def _bounds(data: bytes, position: int) -> tuple[int, int]:
    """Where the line of a position begins and ends; what overwrites a line is one of its own."""
    low, high = max(0, position - LONGEST // 2), min(len(data), position + LONGEST)
    start = max(data.rfind(end, low, position) for end in _ENDS) + 1
    stops = [found for end in _ENDS if (found := data.find(end, position, high)) >= 0]
    return max(low, start), min(stops, default=high)


class _Scanner:
    def __init__(self, good: LastGood | None) -> None:
        self._good = good
        self._patterns = patterns.load()
        self._structure = Structure()
        self._tried: Counter[tuple[str, int]] = Counter()
        self._kept: Counter[tuple[str, int]] = Counter()
        self._kept_aside: Counter[tuple[str, int]] = Counter()
        self._findings: list[Finding] = []
        # Literals whose patterns have all been tried often enough in this step.
        self._spent: set[bytes] = set()
        self._skipped = 0
        self._automaton = patterns.automaton()

    def run(self, stream: BinaryIO, chunk: int) -> Scan:
        lines = 0
        for window in windows(stream, chunk):
            number, counted = window.first, 0
            for start, stop, literals in self._hits(window):
                number += window.data.count(b"\n", counted, start)
                counted = start
                self._look(window, start, stop, number, literals)
            lines = window.first + window.data.count(b"\n", 0, window.end)
            lines -= window.data[: window.end].endswith(b"\n")
        return Scan(self._findings, self._structure.steps, lines)

    def _hits(self, window: Window) -> Iterator[tuple[int, int, list[bytes]]]:
        """Lines that hold a literal, as start and stop, with all that they hold."""
        data, position = window.data, window.begin
        end = min(len(data), window.end + LONGEST)
        while (found := self._next(data, position, end)) and found.start() < window.end:
            start, position = _bounds(data, found.start())
            literals = []  # in the order of the line: which pattern is first is no chance
            while found is not None:
                literals.append(found.group().lower())
                found = self._automaton.search(data, found.start() + 1, position)
            yield start, position, literals

    def _next(self, data: bytes, position: int, end: int) -> Any | None:
        """The next literal that is not spent; in a flood of spent ones, go on without them."""
        for found in self._automaton.finditer(data, position, end):
            begin, position = found.span()
            if data[begin:position].lower() not in self._spent:
                return found
            self._skipped += 1
            if self._skipped % _FLOOD == 0:
                self._automaton = patterns.automaton(frozenset(self._spent))
                return self._next(data, position, end)
        return None

    def _look(
        self, window: Window, start: int, stop: int, number: int, literals: list[bytes]
    ) -> None:
        raw = window.data[start:stop]
        line, before = parse_line(raw, number), self._structure.current
        if line.step or not self._patterns.structural.isdisjoint(literals):
            self._structure.observe(raw, line)
        step = self._structure.current
        if step != before:
            self._reset()
        tried = dict.fromkeys(entry for one in literals for entry in self._patterns.by_literal[one])
        for pattern in tried:
            key = (pattern.id, step)
            if self._tried[key] >= _TRIED or self._kept[key] >= _KEPT:
                continue
            self._tried[key] += 1
            match = pattern.search(line.text)
            if match is None or len(self._findings) >= _MOST:
                continue
            place = Place(match, line.text, window, start, stop)
            known = self._good is not None and self._good.has(line.text)
            if known:
                self._tried[key] -= 1
            retried = any(_AGAIN.search(one) for one in (line.text, *place.after(_AGAIN_WITHIN)))
            # What explains less may not take the place of what is still to come.
            kept = self._kept_aside if known or retried else self._kept
            if kept[key] >= _KEPT:
                continue
            kept[key] += 1
            found = self._finding(pattern, place, line, step)
            self._findings.append(replace(found, known=known, retried=retried))
        spent = {one for one in literals if self._is_spent(one, step)}
        # What is found goes on behind it: of a spent one, what stands in it has to be spent too.
        within = set(literals) - spent
        self._spent.update(one for one in spent if not any(other in one for other in within))

    def _is_spent(self, literal: bytes, step: int) -> bool:
        if literal in self._patterns.structural:
            return False
        keys = ((pattern.id, step) for pattern in self._patterns.by_literal[literal])
        return all(self._tried[key] >= _TRIED or self._kept[key] >= _KEPT for key in keys)

    def _reset(self) -> None:
        self._spent.clear()
        if self._skipped >= _FLOOD:
            self._automaton = patterns.automaton()
        self._skipped = 0

    def _finding(self, pattern: Pattern, place: Place, line: Line, step: int) -> Finding:
        read = READERS[pattern.target](place)
        found = read if isinstance(read, Reading) else Reading(pattern.kind, read or None)
        begin = max(0, min(place.match.start() - SHOWN // 3, len(line.text) - SHOWN))
        text = line.text[begin : begin + SHOWN].decode("utf-8", "replace").strip()
        section = "" if line.text.startswith(b"E  ") else self._structure.section
        return Finding(pattern, *found, line, text, step, section)
