"""What a suite asks: the literal inputs it gives to each function, and the results it expects."""

from __future__ import annotations

import ast
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from provisioner.suite.parse import Function, aliases_of, called, is_assertion

Value = Hashable
Names = Mapping[str, ast.expr]
#: The inputs of one call, and what it gives.
Case = tuple[Value, Value]

#: What reading an expression that is no literal raises.
UNREADABLE = (ValueError, TypeError, SyntaxError, MemoryError, RecursionError)
Claim = tuple[ast.Call, ast.expr]
#: Words, numbers and signs of a text; brackets and what stands between parts are none.
_TOKENS = re.compile(r"[^\W_]+|[^\w\s\[\](){},;:|'\"]")

#: Functions that assertions wrap around a result without changing what it is.
_WRAPPERS = frozenset(("tuple", "list", "set", "sorted", "round", "str", "dict", "abs", "fabs"))
_TRUE, _FALSE, _NONE = ast.Constant(True), ast.Constant(False), ast.Constant(None)
_SAID = {"assertTrue": _TRUE, "assertFalse": _FALSE, "assertIsNone": _NONE}


def cases_of(tests: ast.Module) -> dict[str, frozenset[Case]]:
    """By the name of the function: inputs with expected results, as far as both are literal."""
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


class NotLiteral(Exception): ...


def literal(node: ast.expr, names: Names) -> Value:
    """The value of a literal; names stand for what they are bound to.

    Lists and tuples are the same, and one of a single element is that element.
    """
    match resolved(node, names):
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            values = tuple(literal(part, names) for part in parts)
            return values[0] if len(values) == 1 else ("sequence", *values)
        case ast.Set(elts=parts):
            return frozenset(literal(part, names) for part in parts)
        case ast.Dict(keys=keys) as table if None not in keys:
            pairs = entries_of(table)
            return frozenset((literal(key, names), literal(one, names)) for key, one in pairs)
        case ast.Call(func=ast.Name(id="tuple" | "list" | "set" | "frozenset"), args=[inner]):
            return literal(inner, names)
        case constant:
            try:
                return _constant(ast.literal_eval(constant))
            except UNREADABLE:
                raise NotLiteral from None


def literals(nodes: Iterable[ast.expr], names: Names) -> list[Value]:
    """The values of literals; [] where one of them is none."""
    try:
        return [literal(node, names) for node in nodes]
    except NotLiteral:
        return []


def sequence(parts: Iterable[ast.expr]) -> ast.Tuple:
    """An expression for several values; for one, it has that value."""
    return ast.Tuple([*parts], ast.Load())


def entries_of(node: ast.Dict) -> list[tuple[ast.expr, ast.expr]]:
    """Keys with values; [] where another dictionary is put into it."""
    pairs = zip(node.keys, node.values, strict=True)
    return [(key, value) for key, value in pairs if key] if None not in node.keys else []


def resolved(node: ast.expr, names: Names) -> ast.expr:
    """What a name is bound to, or the node itself."""
    for _ in range(len(names)):
        if not isinstance(node, ast.Name) or node.id not in names:
            break
        node = names[node.id]
    return node


def bound_once(body: Sequence[ast.stmt]) -> dict[str, ast.expr]:
    """Names that these statements bind once, to an expression."""
    found: dict[str, ast.expr] = {}
    often = set()
    for node in body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            often |= {name} & found.keys()
            found[name] = node.value
    return {name: value for name, value in found.items() if name not in often}


def _constant(value: object) -> Value:
    if isinstance(value, bool):
        return ("bool", value)
    return value if isinstance(value, Hashable) else repr(value)


def spelt(value: Value) -> tuple[str, ...]:
    """What is left of a literal however a table spells it: "[3, 1]", "3|1", and 3 and 1 apart."""
    if isinstance(value, frozenset):
        return tuple(token for part in sorted(map(spelt, value)) for token in part)
    if isinstance(value, tuple):
        return tuple(token for part in value[value[:1] == ("sequence",) :] for token in spelt(part))
    return tuple(_TOKENS.findall(value if isinstance(value, str) else repr(value)))
