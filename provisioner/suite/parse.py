"""A test suite as a syntax tree: its tests and its assertions, whatever the style."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard, TypeVar

T = TypeVar("T", bound=ast.AST)
Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Assertion = ast.Assert | ast.Expr | ast.With | ast.AsyncWith

_EXPECTS_EXCEPTION = ("raises", "warns", "deprecated_call")


@dataclass(frozen=True, slots=True)
class Test:
    """One test function or method; its cases and its subclasses' runs of it count as one."""

    __test__ = False  # pytest takes classes named Test… for tests

    names: tuple[
        str, ...
    ]  # what the judge calls it, without a case: one for each class that has it
    node: Function


def decoded(source: bytes) -> tuple[str, str]:
    """The text of a Python file and its encoding; raises SyntaxError where that is wrong."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    try:
        return source.decode(encoding), encoding
    except UnicodeDecodeError as error:
        raise SyntaxError(str(error)) from None


def find_tests(tree: ast.Module) -> list[Test]:
    """Test functions and methods in the order of the file; none for a plain script."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    found: list[Test] = []
    for node in tree.body:
        owners, body = [""], [node]
        if isinstance(node, ast.ClassDef) and (node.bases or node.name.startswith("Test")):
            owners = [f"{owner}." for owner in (node.name, *_heirs(node.name, classes))]
            body = node.body
        for part in body:
            if isinstance(part, Function) and part.name.startswith("test"):
                found.append(Test(tuple(owner + part.name for owner in owners), part))
    return found


def assertions_of(node: ast.AST) -> list[Assertion]:
    """Assertion statements below a node, in the order of the file."""
    found = [part for part in ast.walk(node) if is_assertion(part)]
    return sorted(found, key=lambda part: (part.lineno, part.col_offset))


def is_assertion(node: ast.AST) -> TypeGuard[Assertion]:
    """`assert …`, `self.assert…(…)`, `assert_…(…)`, `with raises(…)` and `with self.assert…`."""
    if isinstance(node, ast.Assert):
        return True
    if isinstance(node, ast.Expr):
        call = node.value.value if isinstance(node.value, ast.Await) else node.value
        name = called(call)
        return name.startswith("assert") or (
            name in _EXPECTS_EXCEPTION and isinstance(call, ast.Call) and len(call.args) > 1
        )
    if isinstance(node, ast.With | ast.AsyncWith):
        names = [called(item.context_expr) for item in node.items]
        return any(name.startswith("assert") or name in _EXPECTS_EXCEPTION for name in names)
    return False


def called(node: ast.AST) -> str:
    """The last part of the name that a call calls; "" for anything else."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name
    return ""


def below(node: ast.AST, kind: type[T]) -> list[T]:
    """The nodes of a kind at and below a node."""
    return [part for part in ast.walk(node) if isinstance(part, kind)]


def first_line(node: ast.stmt) -> int:
    """The first line of a statement, decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorators)])


def blocks_of(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """Every list of statements at and below a node."""
    for part in ast.walk(node):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(part, field, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield block


def is_docstring(statement: ast.stmt) -> bool:
    """Whether a statement is a string and nothing else."""
    match statement:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
    return False


def stored(node: ast.AST) -> set[str]:
    """Names that are bound below a node by anything but an import or a definition."""
    names = {part.id for part in below(node, ast.Name) if not isinstance(part.ctx, ast.Load)}
    return names | {part.arg for part in below(node, ast.arg)}


def _heirs(name: str, classes: list[ast.ClassDef]) -> list[str]:
    """Classes of the suite that inherit from one of it, nearest first."""
    direct = [
        other.name
        for other in classes
        if any(isinstance(base, ast.Name) and base.id == name for base in other.bases)
    ]
    return [heir for child in direct for heir in (child, *_heirs(child, classes))]


def aliases_of(tree: ast.Module) -> dict[str, str]:
    """What parameters of functions that are called once stand for: `candidate` for `total`."""
    functions = {node.name: node for node in tree.body if isinstance(node, Function)}
    calls: dict[str, list[ast.Call]] = {}
    for call in below(tree, ast.Call):
        calls.setdefault(called(call), []).append(call)
    return {
        parameter.arg: argument.id
        for name, found in calls.items()
        if name in functions and len(found) == 1
        for parameter, argument in zip(functions[name].args.args, found[0].args, strict=False)
        if isinstance(argument, ast.Name)
    }


def names_in(tree: ast.AST) -> set[str]:
    """Every name that is used, bound, defined or imported below a node."""
    found = {part.id for part in below(tree, ast.Name)} | {
        part.arg for part in below(tree, ast.arg)
    }
    found |= {part.name for part in ast.walk(tree) if isinstance(part, Definition)}
    return found | {one.asname or one.name.partition(".")[0] for one in below(tree, ast.alias)}


def lost_tests(old: bytes, new: bytes) -> tuple[str, ...]:
    """Tests that only the old file has, and tests that assert less in the new one.

    One line each, ``test_adds`` or ``test_adds: 1 of 3 assertions left``, in the order of the old
    file. Assertions outside of test functions are counted together. A file that is no Python
    never tested anything.
    """
    had, has = _assertions_by_test(old), _assertions_by_test(new)
    lost = []
    for name, count in had.items():
        left = has.get(name, 0)
        if name and name not in has:
            lost.append(name)
        elif left < count:
            where = name or "outside of test functions"
            lost.append(f"{where}: {left} of {count} assertions left")
    return tuple(lost)


def _assertions_by_test(source: bytes) -> dict[str, int]:
    """How many assertion statements each test has; "" is for those outside of tests."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return {}
    tests = find_tests(tree)
    counts = {name: len(assertions_of(test.node)) for test in tests for name in test.names}
    inside = sum(len(assertions_of(test.node)) for test in tests)
    return {**counts, "": len(assertions_of(tree)) - inside}
