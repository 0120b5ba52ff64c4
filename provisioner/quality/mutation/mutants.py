"""Makes mutants of main.py, one change each, without duplicates and equivalents."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from types import CodeType
from typing import Any

from provisioner.quality.mutation.branches import first_line
from provisioner.quality.mutation.excluded import Excluded
from provisioner.quality.mutation.operators import changes

_DIFF_LINES = 20


@dataclass(frozen=True, slots=True)
class Splice:
    """A source with one stretch replaced; many of them share the source.

    Attributes:
        text: the source.
        encoding: how it is written as bytes.
        start, end: the stretch, in characters.
        instead: what stands there.
    """

    text: str
    encoding: str
    start: int
    end: int
    instead: str

    def within(self, start: int, end: int) -> str:
        """The new text of a part of the source that holds the stretch."""
        return self.text[start : self.start] + self.instead + self.text[self.end : end]


@dataclass(frozen=True, slots=True)
class Mutant:
    """main.py with one change.

    Attributes:
        id: the same for the same change to the same source, e.g. "12:7 NumberReplacer 0".
        operator: cosmic-ray's name for the kind of change.
        line: the line that is changed, from 1.
        diff: the lines before and after, at most 20.
        splice: the change itself.
    """

    id: str
    operator: str
    line: int
    diff: str
    splice: Splice

    @property
    def source(self) -> bytes:
        """The whole module."""
        text = self.splice.within(0, len(self.splice.text))
        return text.encode(self.splice.encoding)


def mutants(main: bytes) -> list[Mutant]:
    """All mutants, in the order of the source.

    Left out are changes that leave the bytecode as it is or make it equal to another mutant's,
    changes that don't compile, and changes to documentation, annotations and code that only
    a type checker or `python main.py` runs.

    Raises:
        SyntaxError: main.py is no Python.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(main).readline)
    try:
        text = main.decode(encoding)
    except UnicodeDecodeError as error:
        raise SyntaxError(str(error)) from None
    tree = ast.parse(text)
    excluded, starts = Excluded(text, tree), _line_starts(text)
    parts = _Parts(text, tree, starts)
    found = []
    for change in changes(text, starts):
        splice = Splice(text, encoding, change.start, change.end, change.instead)
        if (change.line, change.column) not in excluded and parts.takes(splice, change.line):
            found.append(
                Mutant(
                    id=f"{change.line}:{change.column} {change.operator} {change.number}",
                    operator=change.operator,
                    line=change.line,
                    diff=parts.diff(splice, change.line),
                    splice=splice,
                )
            )
    return sorted(found, key=lambda mutant: mutant.line)


class _Parts:
    """Top-level statements and members of classes: each is compiled by itself, to be quick."""

    def __init__(self, text: str, tree: ast.Module, starts: Sequence[int]) -> None:
        self._text = text
        self._parts: list[tuple[int, int, int, str]] = []
        for node in tree.body:
            self._add(node, starts, "")
            for member in node.body if isinstance(node, ast.ClassDef) else []:
                if first_line(member) > node.lineno:
                    self._add(member, starts, "class _:\n")
        self._known: list[set[tuple[Any, ...]]] = [set() for _ in self._parts]

    def _add(self, node: ast.stmt, starts: Sequence[int], head: str) -> None:
        first, last = first_line(node), node.end_lineno or node.lineno
        self._parts.append((first, starts[first - 1], starts[last], head))

    def takes(self, splice: Splice, line: int) -> bool:
        """Whether a change compiles, to something that was not there before."""
        number = self._number(line)
        known = self._known[number]
        _, start, end, head = self._parts[number]
        if not known:
            known.add(_fingerprint(head + self._text[start:end]))
        try:
            fingerprint = _fingerprint(head + splice.within(start, end))
        except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
            return False
        if fingerprint in known:
            return False
        known.add(fingerprint)
        return True

    def diff(self, splice: Splice, line: int) -> str:
        """The lines that differ, marked - and +."""
        _, start, end, _ = self._parts[self._number(line)]
        return _diff(self._text[start:end], splice.within(start, end))

    def _number(self, line: int) -> int:
        """The last part that begins at or before a line."""
        return bisect_right(self._parts, line, key=lambda part: part[0]) - 1


def _line_starts(text: str) -> list[int]:
    """Offsets of all lines, as parso and Python count them, and of the end."""
    from parso.utils import split_lines

    lengths = map(len, split_lines(text, keepends=True))
    return [0, *accumulate(lengths), len(text)]


def _fingerprint(source: str) -> tuple[Any, ...]:
    """What the interpreter makes of a module, apart from lines and names of functions' places."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `"a" is not b` and the like: that is the mutant's point
        return _shape(compile(source, "main.py", "exec", dont_inherit=True, optimize=0))


def _shape(code: CodeType) -> tuple[Any, ...]:
    constants = tuple(
        _shape(one) if isinstance(one, CodeType) else (type(one), repr(one))
        for one in code.co_consts
    )
    names = code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars
    counts = code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags
    return (code.co_code, constants, names, counts, code.co_exceptiontable)


def _diff(before: str, after: str) -> str:
    """The lines that differ, marked - and +; both texts differ in one stretch."""
    old, new = before.splitlines(), after.splitlines()
    head = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
    shorter = min(len(old), len(new)) - head
    tail = next(
        (n for n in range(shorter) if old[len(old) - 1 - n] != new[len(new) - 1 - n]), shorter
    )
    lines = [f"-{line}" for line in old[head : len(old) - tail]]
    lines += [f"+{line}" for line in new[head : len(new) - tail]]
    return "\n".join(lines[:_DIFF_LINES])
