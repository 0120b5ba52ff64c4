"""Places in main.py that hold literal inputs with literal results."""

from __future__ import annotations

import ast
import base64
import contextlib
import json
import re
from collections.abc import Iterator, Sequence
from itertools import permutations, product

from provisioner.suite.asked import (
    UNREADABLE,
    Case,
    Names,
    bound_once,
    entries_of,
    literals,
    resolved,
    sequence,
)
from provisioner.suite.parse import Function, below, called

Pair = tuple[ast.expr, ast.expr]
#: What one condition asks for: each parameter's place in the signature, and the literal.
_Facts = tuple[tuple[int, ast.expr], ...]
#: No chain of branches has more combinations of conditions than are looked at.
_MOST = 5_000
#: Functions that read a value out of a text.
_READERS = frozenset(("loads", "literal_eval", "eval", "safe_load"))
#: Texts beyond this are data, and are not read.
_TEXT_CHARS = 200_000
_BRANCH = "a branch for each case"
_SEPARATORS = re.compile(r"\s*[,;:|=\t]\s*|\s+(?:->\s*)?")


def answers_of(tree: ast.Module) -> Iterator[tuple[int, str, frozenset[Case]]]:
    """Every such place: its line, from 1, its form, and inputs with results as `literal` has them.

    A place may be found in more than one form.
    """
    names = bound_once(tree.body)
    found = [
        (getattr(node, "lineno", 1), what, pairs)
        for node in ast.walk(tree)
        for what, pairs in _forms(node, names)
    ]
    stored: dict[str, tuple[int, str, list[Pair]]] = {}
    for node in below(tree, ast.Assign):
        match node.targets:
            case [ast.Subscript(value=ast.Name(id=name), slice=key)]:
                place = stored.setdefault(name, (node.lineno, f"a table in {name}", []))
                place[2].append((key, node.value))
    branches = [one for one in found if one[1].startswith(_BRANCH)]
    if len(branches) > 1:  # of functions that one hands its input on to
        found.append((branches[0][0], "branches", [pair for one in branches for pair in one[2]]))
    found += _lists_apart(names)
    for line, what, pairs in [*found, *stored.values()]:
        values = literals((part for pair in pairs for part in map(_computed, pair)), names)
        if values:
            yield line, what, frozenset(zip(values[::2], values[1::2], strict=True))


def _forms(node: ast.AST, names: Names) -> Iterator[tuple[str, list[Pair]]]:
    match node:
        case ast.Dict():
            yield "a table", entries_of(node)
            yield "a table of tables", _nested(node)
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
            yield "a table", [(ast.Constant(one.arg), one.value) for one in keywords]
        case ast.List(elts=rows) | ast.Tuple(elts=rows) | ast.Set(elts=rows):
            yield "a list of rows", _rows(rows)
        case (
            ast.Call(func=ast.Name(id="zip") | ast.Attribute(attr="zip"), args=[given, wanted])
            | ast.Subscript(
                value=wanted, slice=ast.Call(func=ast.Attribute(value=given, attr="index"))
            )
        ):
            first, second = resolved(given, names), resolved(wanted, names)
            lists = ast.List | ast.Tuple
            if isinstance(first, lists) and isinstance(second, lists):
                yield "two lists", list(zip(first.elts, second.elts, strict=False))
        case ast.Call(args=[text, *_]) if called(node) in _READERS:
            for part in _decoded(resolved(text, names)):
                yield from _forms(part, names)
        case ast.Constant(value=str(text)) if text.count("\n") > 1:
            yield "a text of rows", _lines(text)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield f"{_BRANCH} in {node.name}", _branches_of(node, names)


def _lists_apart(names: Names) -> Iterator[tuple[int, str, list[Pair]]]:
    """Lists of the same length, whose inputs are no single numbers: those may well be bounds."""
    lists = [one for one in names.values() if isinstance(one, ast.List | ast.Tuple)]
    for given, wanted in permutations(lists, 2):
        same = len(given.elts) == len(wanted.elts) > 1
        if same and not any(isinstance(key, int | float) for key in literals(given.elts, names)):
            yield given.lineno, "two lists", list(zip(given.elts, wanted.elts, strict=True))


def _computed(node: ast.expr) -> ast.expr:
    """What a function without parameters gives is as good as that."""
    if isinstance(node, ast.Lambda) and not node.args.args:
        return node.body
    return node


def _nested(node: ast.Dict) -> list[Pair]:
    """`{2: {3: 6}}` has the result 6 for the inputs 2 and 3."""
    found: list[Pair] = []
    for outer, value in entries_of(node):
        if not isinstance(value, ast.Dict):
            return []
        found += [(sequence((outer, key)), one) for key, one in entries_of(value)]
    return found


def _rows(rows: Sequence[ast.expr]) -> list[Pair]:
    """Rows whose last part is the result of the others."""
    found: list[Pair] = []
    for row in rows:
        if not isinstance(row, ast.List | ast.Tuple) or len(row.elts) < 2:
            return []
        found.append((sequence(row.elts[:-1]), row.elts[-1]))
    return found


def _lines(text: str) -> list[Pair]:
    """`2 3 6` is a line with the result 6 for the inputs 2 and 3."""
    if len(text) > _TEXT_CHARS:
        return []
    lines = filter(None, map(str.strip, text.splitlines()))
    return _rows(
        [sequence(_word(part) for part in _SEPARATORS.split(line) if part) for line in lines]
    )


def _word(part: str) -> ast.expr:
    try:
        return ast.Constant(ast.literal_eval(part))
    except (ValueError, SyntaxError):
        return ast.Constant(part)


def _decoded(text: ast.expr) -> Iterator[ast.expr]:
    """The expression that a literal text spells, in JSON or Python, in base64 or plain."""
    match text:
        case ast.Call(args=[ast.Constant(value=str() | bytes() as spelled), *_]) if called(
            text
        ).startswith(("b64decode", "a85decode", "b85decode")):
            try:
                decoded = getattr(base64, called(text))(spelled).decode()
            except ValueError:
                return
        case ast.Constant(value=str(decoded)):
            pass
        case _:
            return
    if len(decoded) > _TEXT_CHARS:
        return
    try:
        expression = repr(json.loads(decoded))
    except (ValueError, RecursionError):
        expression = decoded.strip()
    with contextlib.suppress(*UNREADABLE):
        yield ast.parse(expression, mode="eval").body


def _branches_of(function: Function, names: Names) -> list[Pair]:
    """Literal inputs and the results that are returned or assigned to a name for them."""
    branches = _Branches([argument.arg for argument in function.args.args], names)
    found = list(branches.paths(function.body, [()]))
    for node in ast.walk(function):
        if isinstance(node, ast.IfExp) and _is_literal(node.body):
            found += [(facts, node.body) for facts in branches.alternatives(node.test)]
    return [
        (sequence(value for _, value in sorted(facts, key=lambda fact: fact[0])), result)
        for facts, result in found
        if facts
    ]


class _Branches:
    def __init__(self, order: list[str], names: Names) -> None:
        self._order, self._names = order, names

    def paths(
        self, body: Sequence[ast.stmt], above: list[_Facts]
    ) -> Iterator[tuple[_Facts, ast.expr]]:
        """Facts that hold where a literal is returned or assigned, with that literal."""
        for node in body:
            match node:
                case ast.If(test=test, body=inner, orelse=other):
                    yield from self.paths(inner, _joined(above, self.alternatives(test)))
                    yield from self.paths(other, above)
                case ast.Match(subject=subject, cases=cases):
                    for case in cases:
                        place = self._place(subject)
                        facts: list[_Facts] = [((place, one),) for one in _matched(case.pattern)]
                        if case.guard:
                            facts = _joined(facts or [()], self.alternatives(case.guard))
                        yield from self.paths(case.body, _joined(above, facts))
                case ast.Return(value=ast.expr() as result) | ast.Assign(value=result):
                    if _is_literal(result):
                        yield from ((facts, result) for facts in above)
                case ast.For(body=inner) | ast.While(body=inner) | ast.With(body=inner):
                    yield from self.paths(inner, above)
                case ast.Try(body=inner):
                    yield from self.paths(inner, above)

    def alternatives(self, test: ast.expr) -> list[_Facts]:
        """The inputs that a condition asks for: `n == 3`, `(a, b) == (1, 2)`, `n in (1, 2)`, …"""
        match test:
            case ast.Compare(left=left, ops=[ast.Eq() | ast.Is()], comparators=[right]):
                if _is_literal(left) != _is_literal(right):
                    asked, value = (right, left) if _is_literal(left) else (left, right)
                    return [((self._place(asked), value),)]
            case ast.Compare(left=left, ops=[ast.In()], comparators=[many]):
                many = resolved(many, self._names)
                if isinstance(many, ast.List | ast.Tuple | ast.Set):
                    place = self._place(left)
                    return [((place, one),) for one in many.elts if _is_literal(one)]
            case ast.Call(args=args) if given := [one for one in args if _is_literal(one)]:
                asked = next((one for one in args if not _is_literal(one)), test.func)
                return [((self._place(asked), sequence(given)),)]
            case ast.BoolOp(op=ast.Or(), values=parts):
                return [one for part in parts for one in self.alternatives(part)]
            case ast.BoolOp(op=ast.And(), values=parts):
                facts: list[_Facts] = [()]
                for part in parts:
                    facts = _joined(facts, self.alternatives(part))
                return facts
        return []

    def _place(self, asked: ast.expr) -> int:
        """Which parameter a condition is about."""
        names = re.findall(r"\w+", ast.unparse(asked))
        places = [self._order.index(name) for name in names if name in self._order]
        return min(places, default=len(self._order))


def _joined(above: list[_Facts], below: list[_Facts]) -> list[_Facts]:
    if len(above) * len(below) > _MOST:
        return []
    return [first + second for first, second in product(above, below)]


def _matched(pattern: ast.pattern) -> list[ast.expr]:
    match pattern:
        case ast.MatchValue(value=value):
            return [value]
        case ast.MatchSingleton(value=value):
            return [ast.Constant(value)]
        case ast.MatchSequence(patterns=parts):
            inner = [_matched(part) for part in parts]
            if all(len(one) == 1 for one in inner):
                return [sequence(one[0] for one in inner)]
        case ast.MatchOr(patterns=parts):
            return [one for part in parts for one in _matched(part)]
    return []


def _is_literal(node: ast.expr) -> bool:
    return bool(literals([node], {}))
