"""Finds expected values that reach an assertion through a variable or a table of cases.

``for given, wanted in [(2, 4), (3, 9)]: assert square(given) == wanted`` shows its answers to
whoever looks at the loop's variables. Where a variable holds nothing but constants and goes nowhere
but into assertions, its values are sealed: the sandbox gets numbers in their place.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from provisioner.judge.constants import Names, NotConstant

Function = ast.FunctionDef | ast.AsyncFunctionDef
_Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(slots=True)
class _Variable:
    """A name in one scope: where it gets its values, and whether all of that can be sealed."""

    sources: list[list[ast.expr]] = field(default_factory=list)
    loads: list[ast.Name] = field(default_factory=list)
    open: bool = False  # something else binds it, or sees it


@dataclass(frozen=True, slots=True)
class Flow:
    """What can be sealed.

    Attributes:
        values: id of each expression to be replaced, with its constant value.
        loads: ids of the variables' uses, all of them operands of assertions.
    """

    values: dict[int, object]
    loads: frozenset[int]


def trace(tree: ast.Module, names: Names, allowed: frozenset[int]) -> Flow:
    """Find the variables of which every use is in `allowed`, ids of Name nodes."""
    values: dict[int, object] = {}
    loads: set[int] = set()
    tables = _tables(tree, names)
    claimed: dict[int, bool] = {}  # id of an expression: whether all who take it can be sealed
    variables = [
        variable for scope in _scopes(tree) for variable in _variables(scope, tables).values()
    ]
    fit = {}
    for variable in variables:
        fit[id(variable)] = (
            not variable.open
            and bool(variable.sources)
            and all(id(load) in allowed for load in variable.loads)
            and all(_constant(names, part) for source in variable.sources for part in source)
        )
    for _ in range(3):  # a table read by two loops is sealed for both or for neither
        claimed.clear()
        for variable in variables:
            for source in variable.sources:
                for part in source:
                    claimed[id(part)] = claimed.get(id(part), True) and fit[id(variable)]
        for variable in variables:
            fit[id(variable)] &= all(
                claimed[id(part)] for source in variable.sources for part in source
            )
    for variable in variables:
        if fit[id(variable)]:
            loads |= {id(load) for load in variable.loads}
            for source in variable.sources:
                values |= {id(part): names.constant(part) for part in source}
    return Flow(values, frozenset(loads))


def _constant(names: Names, node: ast.expr) -> bool:
    try:
        names.constant(node)
    except NotConstant:
        return False
    return True


def _scopes(tree: ast.Module) -> Iterator[_Scope]:
    yield tree
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _own(scope: _Scope) -> Iterator[ast.AST]:
    """The nodes of a scope without those of scopes inside it; their heads are included."""
    waiting: list[ast.AST] = list(scope.body)
    while waiting:
        node = waiting.pop()
        yield node
        inner = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)
        if not inner:
            waiting += ast.iter_child_nodes(node)


def _inner_names(scope: _Scope) -> set[str]:
    """Names that scopes inside this one mention, which may be this one's."""
    found: set[str] = set()
    for node in _own(scope):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            for part in ast.walk(node):
                if isinstance(part, ast.Name):
                    found.add(part.id)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            found |= set(node.names)
    return found


def _variables(scope: _Scope, tables: dict[str, ast.expr]) -> dict[str, _Variable]:
    variables: dict[str, _Variable] = {}
    bound: set[int] = set()

    def bind(target: ast.expr, values: list[ast.expr]) -> None:
        match target:
            case ast.Name(id=name):
                bound.add(id(target))
                variables.setdefault(name, _Variable()).sources.append(values)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                rows = [_row(value, len(parts)) for value in values]
                if all(row is not None for row in rows):
                    for index, part in enumerate(parts):
                        bind(part, [row[index] for row in rows if row])

    for node in _own(scope):
        match node:
            case ast.Assign(targets=[ast.Name() as target], value=value):
                if not isinstance(scope, ast.Module) or target.id not in tables:
                    bind(target, [value])
            case ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value):
                bind(target, [value])
            case ast.For(target=target, iter=iterated):
                for part, values in _items(target, iterated, tables):
                    bind(part, values)
    if not isinstance(scope, ast.Module):
        _bind_parameters(scope, tables, bind)
    shared = _inner_names(scope)
    bound_arguments = _arguments(scope)
    for node in _own(scope):
        if isinstance(node, ast.Name):
            variable = variables.setdefault(node.id, _Variable())
            if isinstance(node.ctx, ast.Load):
                variable.loads.append(node)
            elif id(node) not in bound:
                variable.open = True
    for name, variable in variables.items():
        variable.open |= name in shared
        if name in bound_arguments:
            variable.open |= len(variable.sources) != 1 or not _is_parametrized(scope, name)
    return variables


def _arguments(scope: _Scope) -> set[str]:
    if isinstance(scope, ast.Module):
        return set()
    return {part.arg for part in ast.walk(scope.args) if isinstance(part, ast.arg)}


def _row(value: ast.expr, length: int) -> list[ast.expr] | None:
    if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == length:
        return None if any(isinstance(p, ast.Starred) for p in value.elts) else value.elts
    return None


def _tables(tree: ast.Module, names: Names) -> dict[str, ast.expr]:
    """Module-level displays that are used to loop over and for nothing else."""
    found: dict[str, ast.expr] = {}
    for statement in tree.body:
        match statement:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.List() | ast.Tuple() | ast.Dict() as display,
            ) if names.bound.get(name) == 1:
                found[name] = display
    looped = {id(part) for node in ast.walk(tree) for part in _looped_over(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in looped:
            found.pop(node.id, None)
    return found


def _looped_over(node: ast.AST) -> Iterable[ast.Name]:
    match node:
        case ast.For(iter=ast.Name() as name):
            yield name
        case ast.For(iter=ast.Call(func=ast.Attribute(value=ast.Name() as name, attr="items"))):
            yield name
        case ast.For(iter=ast.Call(func=ast.Name(id="enumerate" | "zip"), args=args)):
            yield from (arg for arg in args if isinstance(arg, ast.Name))
        case ast.Call(func=ast.Attribute(attr="parametrize"), args=[_, ast.Name() as name, *_]):
            yield name


def _resolve(node: ast.expr, tables: dict[str, ast.expr]) -> ast.expr:
    return tables.get(node.id, node) if isinstance(node, ast.Name) else node


def _elements(node: ast.expr, tables: dict[str, ast.expr]) -> list[ast.expr] | None:
    display = _resolve(node, tables)
    if isinstance(display, ast.List | ast.Tuple | ast.Set) and not any(
        isinstance(part, ast.Starred) for part in display.elts
    ):
        return display.elts
    return None


def _items(
    target: ast.expr, iterated: ast.expr, tables: dict[str, ast.expr]
) -> Iterator[tuple[ast.expr, list[ast.expr]]]:
    """What each part of a loop's target takes, in order."""
    values = _elements(iterated, tables)
    if values is not None:
        yield target, values
        return
    match iterated, target:
        case (
            ast.Call(func=ast.Name(id="enumerate"), args=[table, *_]),
            ast.Tuple(elts=[_, second]),
        ):
            values = _elements(table, tables)
            if values is not None:
                yield second, values
        case ast.Call(func=ast.Name(id="zip"), args=columns), ast.Tuple(elts=parts) if len(
            columns
        ) == len(parts):
            for column, part in zip(columns, parts, strict=True):
                values = _elements(column, tables)
                if values is not None:
                    yield part, values
        case (
            ast.Call(func=ast.Attribute(value=table, attr="items"), args=[]),
            ast.Tuple(elts=[_, second]),
        ):
            mapping = _resolve(table, tables)
            if isinstance(mapping, ast.Dict) and all(mapping.keys):
                yield second, mapping.values


def _parametrized(scope: Function) -> Iterator[tuple[list[str], ast.expr]]:
    for decorator in scope.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(attr="parametrize"), args=[first, values, *_]):
                match first:
                    case ast.Constant(value=str() as text):
                        yield [part.strip() for part in text.split(",") if part.strip()], values
                    case ast.List(elts=parts) | ast.Tuple(elts=parts):
                        if all(isinstance(part, ast.Constant) for part in parts):
                            yield [str(part.value) for part in parts], values  # type: ignore[attr-defined]  # constants by the line above


def _is_parametrized(scope: _Scope, name: str) -> bool:
    return not isinstance(scope, ast.Module) and any(
        name in names for names, _ in _parametrized(scope)
    )


def _bind_parameters(
    scope: Function,
    tables: dict[str, ast.expr],
    bind: Callable[[ast.expr, list[ast.expr]], None],
) -> None:
    for names, table in _parametrized(scope):
        values = _elements(table, tables)
        if values is None:
            continue
        rows = []
        for value in values:
            match value:
                case ast.Call(func=ast.Attribute(attr="param"), args=args):
                    rows.append(args)
                case _:
                    row = [value] if len(names) == 1 else _row(value, len(names))
                    rows.append(row or [])
        if all(len(row) == len(names) for row in rows):
            for index, name in enumerate(names):
                bind(ast.Name(name, ast.Store()), [row[index] for row in rows])
