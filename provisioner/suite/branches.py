"""Branches of a function that ask for literal inputs and give literal results."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import product

from provisioner.suite.literals import Names, is_literal, resolved
from provisioner.suite.parse import Function

Pair = tuple[ast.expr, ast.expr]
#: What one condition asks for: each parameter's place in the signature, and the literal.
_Facts = tuple[tuple[int, ast.expr], ...]
#: No chain of branches has more combinations of conditions than are looked at.
_MOST = 5_000


def branches_of(function: Function, names: Names) -> list[Pair]:
    """Literal inputs and the literal results that they lead to.

    `if` statements and expressions, nested ones, `match` with guards; results that are returned
    or assigned to a name.

    Args:
        function: whose branches.
        names: what names of the module are bound to, for inputs that are listed elsewhere.
    """
    order = [argument.arg for argument in function.args.args]
    found: list[Pair] = []
    for facts, result in _paths(function.body, [()], order, names):
        places = sorted(facts, key=lambda fact: fact[0])
        if not places:
            continue
        parts = [value for _, value in places]
        found.append((parts[0] if len(parts) == 1 else ast.Tuple(parts, ast.Load()), result))
    for node in ast.walk(function):
        if isinstance(node, ast.IfExp) and is_literal(node.body):
            for facts in _alternatives(node.test, order, names):
                parts = [value for _, value in sorted(facts, key=lambda fact: fact[0])]
                key = parts[0] if len(parts) == 1 else ast.Tuple(parts, ast.Load())
                found.append((key, node.body))
    return found


def _paths(
    body: Sequence[ast.stmt], above: list[_Facts], order: list[str], names: Names
) -> Iterator[tuple[_Facts, ast.expr]]:
    """Facts that hold where a literal is returned or assigned, with that literal."""
    for node in body:
        match node:
            case ast.If(test=test, body=inner, orelse=other):
                below = _joined(above, _alternatives(test, order, names))
                yield from _paths(inner, below, order, names)
                yield from _paths(other, above, order, names)
            case ast.Match(subject=subject, cases=cases):
                for case in cases:
                    place = _place(subject, order)
                    facts: list[_Facts] = [((place, one),) for one in _matched(case.pattern)]
                    if case.guard:
                        facts = _joined(facts or [()], _alternatives(case.guard, order, names))
                    yield from _paths(case.body, _joined(above, facts), order, names)
            case ast.Return(value=ast.expr() as result) | ast.Assign(value=result):
                if is_literal(result):
                    yield from ((facts, result) for facts in above if facts)
            case ast.For(body=inner) | ast.While(body=inner) | ast.With(body=inner):
                yield from _paths(inner, above, order, names)
            case ast.Try(body=inner):
                yield from _paths(inner, above, order, names)


def _joined(above: list[_Facts], below: list[_Facts]) -> list[_Facts]:
    if len(above) * len(below) > _MOST:
        return []
    return [first + second for first, second in product(above, below)]


def _alternatives(test: ast.expr, order: list[str], names: Names) -> list[_Facts]:
    """The inputs that a condition asks for: `n == 3`, `(a, b) == (1, 2)`, `n in (1, 2)`, …"""
    match test:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is()], comparators=[right]):
            sides = [side for side in (left, right) if is_literal(side)]
            asked = right if sides and sides[0] is left else left
            return [((_place(asked, order), sides[0]),)] if len(sides) == 1 else []
        case ast.Compare(left=left, ops=[ast.In()], comparators=[many]):
            many = resolved(many, names)
            if isinstance(many, ast.List | ast.Tuple | ast.Set):
                place = _place(left, order)
                return [((place, one),) for one in many.elts if is_literal(one)]
        case ast.BoolOp(op=ast.Or(), values=parts):
            return [one for part in parts for one in _alternatives(part, order, names)]
        case ast.BoolOp(op=ast.And(), values=parts):
            facts: list[_Facts] = [()]
            for part in parts:
                facts = _joined(facts, _alternatives(part, order, names))
            return facts
    return []


def _place(asked: ast.expr, order: list[str]) -> int:
    """Which parameter a condition is about."""
    names = re.findall(r"\w+", ast.unparse(asked))
    return min((order.index(name) for name in names if name in order), default=len(order))


def _matched(pattern: ast.pattern) -> list[ast.expr]:
    match pattern:
        case ast.MatchValue(value=value):
            return [value]
        case ast.MatchSingleton(value=value):
            return [ast.Constant(value)]
        case ast.MatchSequence(patterns=parts):
            inner = [_matched(part) for part in parts]
            if all(len(one) == 1 for one in inner):
                return [ast.Tuple([one[0] for one in inner], ast.Load())]
        case ast.MatchOr(patterns=parts):
            return [one for part in parts for one in _matched(part)]
    return []
