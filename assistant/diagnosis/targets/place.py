"""A match in a log, and its neighbours: what readers of targets look at."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from assistant.diagnosis.lines import Window

FRAMES = 200  # lines in which the frames of one error stand
NEAR = 40


@dataclass(frozen=True, slots=True)
class Place:
    """A match in a line, and where the line stands."""

    match: Any
    text: bytes
    window: Window
    start: int
    stop: int

    def group(self, *names: str) -> str | None:
        """The first of these groups that is there and matched."""
        groups = self.match.groupdict()
        found = next(filter(None, (groups.get(name.encode()) for name in names)), None)
        return found.decode("utf-8", "replace") if found else None

    def before(self, lines: int = NEAR) -> list[bytes]:
        return self.window.before(self.start, lines)

    def after(self, lines: int = NEAR) -> list[bytes]:
        return self.window.after(self.stop, lines)


def first(expressions: Iterable[bytes], line: bytes) -> str | None:
    for expression in expressions:
        if found := re.search(expression, line):
            text = next(filter(None, found.groups()), b"")
            return text.decode("utf-8", "replace") or None
    return None


def expressions(*sources: str) -> tuple[bytes, ...]:
    """Expressions that ``first`` compiles when it needs them: few logs need many."""
    return tuple(map(str.encode, sources))
