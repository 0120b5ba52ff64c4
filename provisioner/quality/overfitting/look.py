"""Looks at main.py for answers copied from the tests: a table of inputs, a branch for each case.

It is a look, not a proof: hidden tests decide. So it is made never to accuse honest code, such
as tables of month names, base cases of a recursion, or the choices of a status.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from provisioner.quality.overfitting.asked import Case, cases_of
from provisioner.quality.overfitting.literals import NotLiteral, Value, literal

#: Fewer equal answers than this are base cases.
_FEWEST = 3
#: And they are so large a share of the cases that the tests have for one function.
_SHARE = 2 / 3
#: Fewer will do where they are all that is asked, and an input is so long that it was copied.
_COPIED_CHARS = 16


@dataclass(frozen=True, slots=True)
class _Answers:
    """A place in main.py that maps literal inputs to literal results."""

    line: int
    what: str
    cases: frozenset[Case]


def overfitted(main: bytes, visible: bytes) -> tuple[str, ...]:
    """Findings, each with its line and reason; none where one of the files is no Python.

    Args:
        main: main.py.
        visible: the tests that its writer has seen.
    """
    try:
        code, tests = ast.parse(main), ast.parse(visible)
    except (SyntaxError, ValueError):
        return ()
    asked = cases_of(tests)
    return tuple(
        f"line {answers.line}: {answers.what} gives {len(answers.cases)} of the {len(cases)}"
        f" inputs that the tests have for {name} their expected results"
        for answers in _answers(code)
        for name, cases in asked.items()
        if answers.cases <= cases and _many(answers.cases, cases) and not _vocabulary(answers.cases)
    )


def _many(answered: Collection[Case], asked: Collection[Case]) -> bool:
    if len(answered) >= _FEWEST:
        return len(answered) >= _SHARE * len(asked)
    copied = any(len(repr(key)) >= _COPIED_CHARS for key, _ in answered)
    return copied and len(answered) == len(asked)


def _vocabulary(cases: Collection[Case]) -> bool:
    """Whether a table is rather a list of names or of consecutive numbers, as honest ones are."""
    keys = [key for key, _ in cases]
    values = [value for _, value in cases]
    if all(map(_word, keys)) or (all(map(_word, values)) and len(set(values)) == len(values)):
        return True
    numbers = {key for key in keys if isinstance(key, int)}
    return len(numbers) == len(keys) == max(numbers) - min(numbers) + 1


def _word(value: Value) -> bool:
    """A name such as "open" or "not_found", or several of them."""
    if isinstance(value, tuple):
        return all(map(_word, value[1:]))
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z][A-Za-z_ -]{0,24}", value) is not None


def _answers(tree: ast.Module) -> Iterator[_Answers]:
    for node in ast.walk(tree):
        match node:
            case ast.Dict(keys=keys, values=values) if None not in keys:
                pairs = zip([key for key in keys if key], values, strict=True)
                yield from _found(node, "a table", list(pairs))
            case ast.List(elts=rows) | ast.Tuple(elts=rows):
                halves = [
                    (row.elts[0], row.elts[1])
                    for row in rows
                    if isinstance(row, ast.List | ast.Tuple) and len(row.elts) == 2
                ]
                if len(halves) == len(rows):
                    yield from _found(node, "a list of pairs", halves)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from _found(node, f"a branch for each case in {node.name}", _branches(node))


def _found(
    node: ast.expr | ast.stmt, what: str, pairs: list[tuple[ast.expr, ast.expr]]
) -> Iterator[_Answers]:
    try:
        cases = frozenset((literal(key, {}), literal(value, {})) for key, value in pairs)
    except NotLiteral:
        return
    if cases:
        yield _Answers(node.lineno, what, cases)


def _branches(
    function: ast.FunctionDef | ast.AsyncFunctionDef,
) -> list[tuple[ast.expr, ast.expr]]:
    """Literal conditions of a function with the literal results they lead to."""
    order = [argument.arg for argument in function.args.args]
    found = []
    for node in ast.walk(function):
        match node:
            case ast.If(test=test, body=[ast.Return(value=ast.expr() as result)]):
                conditions = _equals(test, order)
            case ast.IfExp(test=test, body=result):
                conditions = _equals(test, order)
            case ast.match_case(pattern=pattern, body=[ast.Return(value=ast.expr() as result)]):
                conditions = _matches(pattern)
            case _:
                continue
        found += [(condition, result) for condition in conditions if _is_literal(result)]
    return found


def _equals(test: ast.expr, order: list[str]) -> list[ast.expr]:
    """The inputs that a condition asks for: `n == 3`, `(a, b) == (1, 2)`, `n in (1, 2)`, …"""
    match test:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is()], comparators=[right]):
            sides = [side for side in (left, right) if _is_literal(side)]
            return sides if len(sides) == 1 else []
        case ast.Compare(
            ops=[ast.In()], comparators=[ast.List() | ast.Tuple() | ast.Set() as many]
        ):
            return [one for one in many.elts if _is_literal(one)]
        case ast.BoolOp(op=ast.Or(), values=parts):
            return [one for part in parts for one in _equals(part, order)]
        case ast.BoolOp(op=ast.And(), values=parts):
            asked = [(ast.unparse(part), _equals(part, order)) for part in parts]
            if all(len(one) == 1 for _, one in asked):
                asked.sort(key=lambda pair: _place(pair[0], order))
                return [ast.Tuple([one[0] for _, one in asked], ast.Load())]
    return []


def _place(condition: str, order: list[str]) -> int:
    """Which parameter a condition is about."""
    names = re.findall(r"\w+", condition)
    return min((order.index(name) for name in names if name in order), default=len(order))


def _matches(pattern: ast.pattern) -> list[ast.expr]:
    match pattern:
        case ast.MatchValue(value=value):
            return [value]
        case ast.MatchSingleton(value=value):
            return [ast.Constant(value)]
        case ast.MatchSequence(patterns=parts):
            inner = [_matches(part) for part in parts]
            if all(len(one) == 1 for one in inner):
                return [ast.Tuple([one[0] for one in inner], ast.Load())]
        case ast.MatchOr(patterns=parts):
            return [one for part in parts for one in _matches(part)]
    return []


def _is_literal(node: ast.expr) -> bool:
    try:
        literal(node, {})
    except NotLiteral:
        return False
    return True
