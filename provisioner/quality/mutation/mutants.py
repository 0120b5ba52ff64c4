"""Makes mutants of main.py, one change each, without duplicates and equivalents."""

from __future__ import annotations

import ast
import difflib
import io
import tokenize
import warnings
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice
from types import CodeType
from typing import Any

from provisioner.quality.mutation.excluded import Excluded
from provisioner.quality.mutation.operators import changes
from provisioner.suite.parse import first_line

_DIFF_LINES = 20


@dataclass(frozen=True, slots=True)
class Splice:
    """A source with one stretch replaced; many of them share the source."""

    text: str
    encoding: str  # how the source is written as bytes
    start: int  # of the stretch, in characters
    end: int
    instead: str  # what stands there

    def within(self, start: int, end: int) -> str:
        """The new text of a part of the source that holds the stretch."""
        return self.text[start : self.start] + self.instead + self.text[self.end : end]


@dataclass(frozen=True, slots=True)
class Mutant:
    """main.py with one change."""

    id: str  # the same for the same change to the same source, as "12:7 NumberReplacer 0"
    operator: str  # cosmic-ray's name for the kind of change
    line: int  # the line that is changed, from 1
    diff: str  # the lines before and after, at most 20
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
    parts = _parts(tree, starts)
    found = []
    for change in changes(text, starts):
        splice = Splice(text, encoding, change.start, change.end, change.instead)
        part = parts[bisect_right(parts, change.line, key=lambda part: part.line) - 1]
        if (change.line, change.column) not in excluded and part.takes(splice):
            found.append(
                Mutant(
                    id=f"{change.line}:{change.column} {change.operator} {change.number}",
                    operator=change.operator,
                    line=change.line,
                    diff=part.diff(splice),
                    splice=splice,
                )
            )
    return sorted(found, key=lambda mutant: mutant.line)


@dataclass(slots=True)
class _Part:
    """A top-level statement or a member of a class: compiled by itself, to be quick."""

    line: int  # its first, from 1
    start: int  # in characters
    end: int
    head: str  # what it needs before it to compile
    known: set[tuple[Any, ...]] = field(default_factory=set)

    def takes(self, splice: Splice) -> bool:
        """Whether a change compiles, to something that was not there before."""
        if not self.known:
            self.known.add(_fingerprint(self.head + splice.text[self.start : self.end]))
        try:
            fingerprint = _fingerprint(self.head + splice.within(self.start, self.end))
        except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
            return False
        new = fingerprint not in self.known
        self.known.add(fingerprint)
        return new

    def diff(self, splice: Splice) -> str:
        """The lines that differ, marked - and +."""
        before = splice.text[self.start : self.end].splitlines()
        after = splice.within(self.start, self.end).splitlines()
        lines = islice(difflib.unified_diff(before, after, n=0, lineterm=""), 2, None)
        return "\n".join([line for line in lines if line[0] in "-+"][:_DIFF_LINES])


def _parts(tree: ast.Module, starts: Sequence[int]) -> list[_Part]:
    """All parts, in the order of the source; members of a class follow the class."""
    found: list[_Part] = []

    def add(node: ast.stmt, head: str) -> None:
        first, last = first_line(node), node.end_lineno or node.lineno
        found.append(_Part(first, starts[first - 1], starts[last], head))

    for node in tree.body:
        add(node, "")
        for member in node.body if isinstance(node, ast.ClassDef) else []:
            if first_line(member) > node.lineno:
                add(member, "class _:\n")
    return found


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
