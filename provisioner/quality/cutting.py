"""Cuts parts out of a source text by their positions; whatever stays is kept to the byte."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence
from itertools import accumulate, pairwise

from provisioner.suite.parse import Function, blocks_of, decoded, first_line

Edit = tuple[int, int, bytes]


class Source:
    """A source text and its syntax tree; raises SyntaxError for what is no Python."""

    def __init__(self, source: bytes) -> None:
        text, self._encoding = decoded(source)
        self._data = text.encode()
        self._lines = self._data.splitlines(keepends=True)
        self._starts = [0, *accumulate(map(len, self._lines))]
        self.tree = ast.parse(text)

    def line(self, number: int) -> str:
        """One line, from 1."""
        return self._lines[number - 1].decode()

    def cut_statements(self, doomed: Collection[ast.stmt]) -> list[Edit]:
        """Edits that remove statements with the comments above; an emptied block gets a `pass`."""
        edits = []
        for block in blocks_of(self.tree):
            leaving = [statement for statement in block if statement in doomed]
            for statement in leaving:
                emptied = len(leaving) == len(block) and statement is block[0]
                edits.append(self._cut_statement(statement, emptied))
        return edits

    def cut_elements(self, elements: Sequence[ast.expr]) -> list[tuple[ast.expr, Edit]]:
        """The edits that remove elements of a list, but the last; [] where they can't be told."""
        spans = list(pairwise(map(self._span, elements)))
        between = {re.sub(rb"#.*|\s", b"", self._data[this[1] : that[0]]) for this, that in spans}
        if between != {b","}:
            return []
        edits: list[Edit] = [(this[0], following[0], b"") for this, following in spans]
        return list(zip(elements, edits, strict=False))

    def cut_lines(self, first: int, last: int) -> Edit:
        """The edit that removes whole lines, from 1, both included."""
        return self._starts[first - 1], self._starts[last], b""

    def edited(self, edits: Collection[Edit]) -> bytes:
        """The source, in its own encoding, with all edits made; they must not overlap."""
        parts, done = [], 0
        for start, end, replacement in sorted(edits):
            parts += [self._data[done:start], replacement]
            done = end
        return b"".join([*parts, self._data[done:]]).decode().encode(self._encoding)

    def _span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return (
            self._starts[node.lineno - 1] + node.col_offset,
            self._starts[node.end_lineno - 1] + node.end_col_offset,
        )

    def _cut_statement(self, statement: ast.stmt, emptied: bool) -> Edit:
        start, end = self._span(statement)
        assert statement.end_lineno is not None
        first, last = first_line(statement), statement.end_lineno
        before = self._data[self._starts[first - 1] : start]
        after = self._data[end : self._starts[last]].strip()
        alone = first < statement.lineno or not before.strip()
        if not alone or (after and not after.startswith(b"#")):
            return start, end, b"pass"
        indent = before[: len(before) - len(before.lstrip())]
        first, last = self._with_comments(first, last, statement.col_offset)
        if isinstance(statement, Function):
            while not emptied and first > 1 and not self._lines[first - 2].strip():
                first -= 1
        newline = b"\r\n" if self._lines[first - 1].endswith(b"\r\n") else b"\n"
        kept = indent + b"pass" + newline if emptied else b""
        return self._starts[first - 1], self._starts[last], kept

    def _with_comments(self, first: int, last: int, indentation: int) -> tuple[int, int]:
        """The lines with the comments right above, and with those inside at the end.

        The first two lines stay: they may name the interpreter and the encoding.
        """
        while first > 3 and self._lines[first - 2].lstrip().startswith(b"#"):
            first -= 1
        for number in range(last + 1, len(self._lines) + 1):
            line = self._lines[number - 1]
            text = line.lstrip()
            if text.startswith(b"#") and len(line) - len(text) > indentation:
                last = number
            elif text:
                break
        return first, last
