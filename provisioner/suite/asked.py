"""What a suite asks: the literal inputs it gives to each function, and the results it expects."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from provisioner.suite.literals import Case, Names, NotLiteral, bound_once, literal, resolved
from provisioner.suite.parse import Function, aliases_of, called, is_assertion

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
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        try:
            case = (literal(ast.Tuple(given, ast.Load()), names), literal(expected, names))
        except NotLiteral:
            continue
        name = called(call)
        found.setdefault(aliases.get(name, name), set()).add(case)
    return {name: frozenset(cases) for name, cases in found.items()}


def _claims(body: Sequence[ast.AST], names: Names) -> Iterator[tuple[ast.Call, ast.expr, Names]]:
    """Calls and what is expected of them, with what names mean there."""
    for node in body:
        if is_assertion(node) and isinstance(node, ast.Assert | ast.Expr):
            claim = claim_of(node, names)
            if claim:
                yield *claim, names
        elif isinstance(node, Function):
            for row in _parameters(node):
                yield from _claims(node.body, {**names, **bound_once(node.body), **row})
        elif isinstance(node, ast.For):
            for row in _rows(node.target, resolved(node.iter, names)) or [{}]:
                yield from _claims(node.body, {**names, **row})
        else:
            inner = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.stmt)]
            yield from _claims(inner, names)


def claim_of(
    node: ast.Assert | ast.Expr, names: Names = MappingProxyType({})
) -> tuple[ast.Call, ast.expr] | None:
    """The call that an assertion is about and what it is to give, None where that is not clear."""
    if isinstance(node, ast.Assert):
        return _truth(node.test, names)
    call = node.value
    if isinstance(call, ast.Call) and call.args:
        said = _SAID.get(called(call))
        if said is None:
            return _either(call.args[0], call.args[1], names) if len(call.args) > 1 else None
        inner = _subject(call.args[0], names)
        return (inner, said) if inner else _truth(call.args[0], names)
    return None


def _truth(test: ast.expr, names: Names) -> tuple[ast.Call, ast.expr] | None:
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


def _either(left: ast.expr, right: ast.expr, names: Names) -> tuple[ast.Call, ast.expr] | None:
    for call, expected in ((left, right), (right, left)):
        subject = _subject(call, names)
        if subject:
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
        if isinstance(decorator, ast.Call) and called(decorator) == "parametrize":
            match decorator.args:
                case [ast.Constant(value=str() as names), rows]:
                    wanted = [ast.Name(name.strip()) for name in names.split(",") if name.strip()]
                case [ast.List(elts=parts) | ast.Tuple(elts=parts), rows]:
                    wanted = [ast.Name(str(getattr(part, "value", ""))) for part in parts]
                case _:
                    continue
            target = ast.Tuple(list(wanted)) if len(wanted) > 1 else wanted[0]
            return _rows(target, rows) or [{}]
    return [{}]


def _rows(target: ast.expr, table: ast.expr) -> list[Mapping[str, ast.expr]]:
    """What a loop's names are, turn by turn; empty where the table is no literal."""
    if isinstance(table, ast.Call) and isinstance(table.func, ast.Attribute):
        holder = table.func.value
        if table.func.attr == "items" and isinstance(holder, ast.Dict) and None not in holder.keys:
            pairs = zip(holder.keys, holder.values, strict=True)
            table = ast.List([ast.Tuple([key, value]) for key, value in pairs if key])
    if not isinstance(table, ast.List | ast.Tuple):
        return []
    rows: list[Mapping[str, ast.expr]] = []
    for row in table.elts:
        parts = row.args if called(row) == "param" and isinstance(row, ast.Call) else [row]
        if isinstance(target, ast.Name):
            rows.append({target.id: parts[0]})
        elif isinstance(target, ast.Tuple):
            parts = row.elts if isinstance(row, ast.Tuple | ast.List) else parts
            names = [part.id for part in target.elts if isinstance(part, ast.Name)]
            rows.append(dict(zip(names, parts, strict=False)))
    return rows
