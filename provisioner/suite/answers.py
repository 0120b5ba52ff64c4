"""Places in main.py that hold literal inputs with literal results."""

from __future__ import annotations

import ast
import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from provisioner.suite.branches import Pair, branches_of
from provisioner.suite.literals import Case, Names, NotLiteral, bound_once, literal, resolved
from provisioner.suite.parse import called

#: Functions that read a value out of a text.
_READERS = frozenset(("loads", "literal_eval", "eval", "safe_load"))
#: Texts beyond this are data, and are not read.
_TEXT_CHARS = 200_000
_SEPARATORS = re.compile(r"\s*[,;:|=\t]\s*|\s+(?:->\s*)?")


@dataclass(frozen=True, slots=True)
class Answers:
    """A place in main.py that maps literal inputs to literal results.

    Attributes:
        line: where, from 1.
        what: "a table", "a list of rows", …
        cases: inputs with results, in the form of `literal`.
    """

    line: int
    what: str
    cases: frozenset[Case]


def answers_of(tree: ast.Module) -> Iterator[Answers]:
    """Every such place, whatever its form; a place may be found in more than one form."""
    names = bound_once(tree.body)
    stored: dict[str, tuple[int, list[Pair]]] = {}
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 1)
        for what, pairs in _forms(node, names):
            yield from _answers(line, what, pairs, names)
        match node:
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Name(id=name), slice=key)], value=value
            ):
                stored.setdefault(name, (line, []))[1].append((key, value))
    for name, (line, pairs) in stored.items():
        yield from _answers(line, f"a table in {name}", pairs, names)


def _forms(node: ast.AST, names: Names) -> Iterator[tuple[str, list[Pair]]]:
    match node:
        case ast.Dict():
            yield "a table", _entries(node)
            yield "a table of tables", _nested(node)
        case ast.List(elts=rows) | ast.Tuple(elts=rows) | ast.Set(elts=rows):
            yield "a list of rows", _rows(rows)
        case ast.Call(args=[given, wanted]) if called(node) == "zip":
            yield "two lists", _side_by_side(given, wanted, names)
        case ast.Subscript(
            value=wanted, slice=ast.Call(func=ast.Attribute(value=given, attr="index"))
        ):
            yield "two lists", _side_by_side(given, wanted, names)
        case ast.Call(args=[text, *_]) if called(node) in _READERS:
            for part in _decoded(resolved(text, names)):
                yield from _forms(part, names)
        case ast.Constant(value=str(text)) if text.count("\n") > 1:
            yield "a text of rows", _lines(text)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield f"a branch for each case in {node.name}", branches_of(node, names)


def _answers(line: int, what: str, pairs: Iterable[Pair], names: Names) -> Iterator[Answers]:
    try:
        cases = frozenset((literal(key, names), literal(_result(one), names)) for key, one in pairs)
    except NotLiteral:
        return
    if cases:
        yield Answers(line, what, cases)


def _result(node: ast.expr) -> ast.expr:
    """A result that a function without parameters gives is that result."""
    if isinstance(node, ast.Lambda) and not node.args.args:
        return node.body
    return node


def _entries(node: ast.Dict) -> list[Pair]:
    if None in node.keys:
        return []
    return [(key, one) for key, one in zip(node.keys, node.values, strict=True) if key]


def _nested(node: ast.Dict) -> list[Pair]:
    """`{2: {3: 6}}` has the result 6 for the inputs 2 and 3."""
    found: list[Pair] = []
    for outer, value in _entries(node):
        if not isinstance(value, ast.Dict):
            return []
        found += [(ast.Tuple([outer, key], ast.Load()), one) for key, one in _entries(value)]
    return found


def _rows(rows: Sequence[ast.expr]) -> list[Pair]:
    """Rows whose last part is the result of the others."""
    found: list[Pair] = []
    for row in rows:
        if not isinstance(row, ast.List | ast.Tuple) or len(row.elts) < 2:
            return []
        *given, result = row.elts
        key = given[0] if len(given) == 1 else ast.Tuple(given, ast.Load())
        found.append((key, result))
    return found


def _side_by_side(given: ast.expr, wanted: ast.expr, names: Names) -> list[Pair]:
    first, second = resolved(given, names), resolved(wanted, names)
    lists = ast.List | ast.Tuple
    if isinstance(first, lists) and isinstance(second, lists):
        return list(zip(first.elts, second.elts, strict=False))
    return []


def _decoded(text: ast.expr) -> Iterator[ast.expr]:
    """The expression that a literal text spells, in JSON or Python, in base64 or plain."""
    if called(text).startswith(("b64decode", "a85decode", "b85decode")):
        inner = text.args[0] if isinstance(text, ast.Call) and text.args else text
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str | bytes):
            decode = getattr(base64, called(text))
            try:
                text = ast.Constant(decode(inner.value).decode())
            except (binascii.Error, ValueError):
                return
    if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
        return
    if len(text.value) > _TEXT_CHARS:
        return
    try:
        yield ast.parse(repr(json.loads(text.value)), mode="eval").body
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        try:
            yield ast.parse(text.value.strip(), mode="eval").body
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return


def _lines(text: str) -> list[Pair]:
    """`2 3 6` is a line with the result 6 for the inputs 2 and 3."""
    if len(text) > _TEXT_CHARS:
        return []
    found: list[Pair] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        parts = [_word(part) for part in _SEPARATORS.split(line) if part]
        if len(parts) < 2:
            return []
        *given, result = parts
        found.append((given[0] if len(given) == 1 else ast.Tuple(given, ast.Load()), result))
    return found


def _word(part: str) -> ast.expr:
    try:
        return ast.Constant(ast.literal_eval(part))
    except (ValueError, SyntaxError):
        return ast.Constant(part)
