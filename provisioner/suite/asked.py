"""What a suite asks: the literal inputs it gives to each function, and the results it expects."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from provisioner.suite.literals import (
    Case,
    Names,
    bound_once,
    entries_of,
    literals,
    resolved,
    sequence,
)
from provisioner.suite.parse import Function, aliases_of, called, is_assertion

Claim = tuple[ast.Call, ast.expr]

#: Functions that assertions wrap around a result without changing what it is.
_WRAPPERS = frozenset(("tuple", "list", "set", "sorted", "round", "str", "dict", "abs", "fabs"))
_TRUE, _FALSE, _NONE = ast.Constant(True), ast.Constant(False), ast.Constant(None)
_SAID = {"assertTrue": _TRUE, "assertFalse": _FALSE, "assertIsNone": _NONE}


def cases_of(tests: ast.Module) -> dict[str, frozenset[Case]]:
    """By the name of the function: inputs with expected results, as far as both are literal.

    Loops over literal rows, parametrised tests and variables that are bound once are followed.
    """
    aliases = aliases_of(tests)
    found: dict[str, set[Case]] = {}
    for call, expected, names in _claims(tests.body, bound_once(tests.body)):
        given = sequence([*call.args, *(keyword.value for keyword in call.keywords)])
        if case := literals((given, expected), names):
            name = called(call)
            found.setdefault(aliases.get(name, name), set()).add((case[0], case[1]))
    return {name: frozenset(cases) for name, cases in found.items()}


def _claims(body: Sequence[ast.AST], names: Names) -> Iterator[tuple[ast.Call, ast.expr, Names]]:
    """Calls and what is expected of them, with what names mean there."""
    for node in body:
        if is_assertion(node) and isinstance(node, ast.Assert | ast.Expr):
            if claim := claim_of(node, names):
                yield *claim, names
        elif isinstance(node, Function):
            for row in _parameters(node):
                yield from _claims(node.body, {**names, **bound_once(node.body), **row})
        elif isinstance(node, ast.For):
            targets = node.target.elts if isinstance(node.target, ast.Tuple) else [node.target]
            turned = [target.id for target in targets if isinstance(target, ast.Name)]
            for row in _rows(turned, resolved(node.iter, names)):
                yield from _claims(node.body, {**names, **row})
        else:
            inner = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.stmt)]
            yield from _claims(inner, names)


def claim_of(node: ast.Assert | ast.Expr, names: Names = MappingProxyType({})) -> Claim | None:
    """The call that an assertion is about and what it is to give, None where that is not clear."""
    match node:
        case ast.Assert(test=test):
            return _truth(test, names)
        case ast.Expr(value=ast.Call(args=[first, *_]) as call) if called(call) in _SAID:
            subject = _subject(first, names)
            return (subject, _SAID[called(call)]) if subject else _truth(first, names)
        case ast.Expr(value=ast.Call(args=[first, second, *_])):
            return _either(first, second, names)
    return None


def _truth(test: ast.expr, names: Names) -> Claim | None:
    match test:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is()], comparators=[right]):
            return _either(left, right, names)
        case ast.Compare(
            left=ast.Call(args=[ast.BinOp(left=left, op=ast.Sub(), right=right)]) as near
        ) if called(near) in ("abs", "fabs"):
            return _either(left, right, names)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            call, said = _subject(operand, names), _FALSE
        case _:
            call, said = _subject(test, names), _TRUE
    return (call, said) if call else None


def _either(left: ast.expr, right: ast.expr, names: Names) -> Claim | None:
    for call, expected in ((left, right), (right, left)):
        if subject := _subject(call, names):
            return subject, expected
    return None


def _subject(node: ast.expr, names: Names) -> ast.Call | None:
    """The call under test, out of its wrapping."""
    node = resolved(node, names)
    if not isinstance(node, ast.Call):
        return None
    if called(node) in _WRAPPERS and isinstance(node.func, ast.Name):
        return _subject(node.args[0], names) if node.args else None
    return node


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[Mapping[str, ast.expr]]:
    """What the parameters of a parametrised test are, case by case; one empty one for others."""
    for decorator in node.decorator_list:
        if called(decorator) == "parametrize":
            match decorator:
                case ast.Call(args=[ast.Constant(value=str() as text), table]):
                    names = [name.strip() for name in text.split(",") if name.strip()]
                    return _rows(names, table)
                case ast.Call(args=[ast.List(elts=parts) | ast.Tuple(elts=parts), table]):
                    return _rows([str(getattr(part, "value", "")) for part in parts], table)
    return [{}]


def _rows(names: Sequence[str], table: ast.expr) -> list[Mapping[str, ast.expr]]:
    """What names of a loop are, turn by turn; one empty turn where the table is no literal."""
    match table:
        case ast.Call(func=ast.Attribute(value=ast.Dict() as holder, attr="items")):
            turns: list[ast.expr] = [sequence(entry) for entry in entries_of(holder)]
        case ast.List(elts=turns) | ast.Tuple(elts=turns):
            pass
        case _:
            return [{}]
    rows: list[Mapping[str, ast.expr]] = []
    for row in turns:
        parts = row.args if called(row) == "param" and isinstance(row, ast.Call) else [row]
        if len(names) > 1 and isinstance(row, ast.Tuple | ast.List):
            parts = row.elts
        rows.append(dict(zip(names, parts, strict=False)))
    return rows or [{}]
