"""Puts notes around the assertions of the tests' source, see assertions.py for what they call."""

from __future__ import annotations

import ast
from typing import Any

HELD, FAILED, _LEFT, _RIGHT = "@held", "@failed", "@left", "@right"


class _Noter:
    """Puts notes around the assert statements of a tree; looks at statements, not into them."""

    def __init__(self, *, explain: bool, script: bool) -> None:
        self._explain, self._script = explain, script
        self._number = 0

    def note(self, holder: Any) -> None:
        """Note the statements that a node holds, those within them first."""
        for part in (*getattr(holder, "handlers", ()), *getattr(holder, "cases", ())):
            self.note(part)
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(holder, name, None)
            if isinstance(statements, list):  # a lambda's body is none
                for one in statements:
                    self.note(one)
                statements[:] = [new for one in statements for new in self._noted(one)]
        function = isinstance(holder, ast.FunctionDef | ast.AsyncFunctionDef)
        if function and any(map(_raises_failure, ast.walk(holder))):
            note: ast.stmt = ast.Expr(_call(HELD, ast.Constant(0)))  # it asserts by its way
            holder.body[:0] = _located([note], holder.body[0])

    def _noted(self, node: ast.stmt) -> list[ast.stmt]:
        if isinstance(node, ast.Assert):
            return self._noted_assert(node)
        if self._script and _depends(node):  # it does its own counting
            return _located([ast.Expr(_call(HELD, ast.Constant(0))), node], node)
        return [node]

    def _noted_assert(self, node: ast.Assert) -> list[ast.stmt]:
        self._number += 1
        number = ast.Constant(self._number)
        message: ast.expr = ast.Constant(None)
        if node.msg is not None:
            message = ast.Lambda(ast.arguments([], [], None, [], [], None, []), node.msg)
        before: list[ast.stmt] = []
        shown: list[ast.expr] = []
        held = _call(HELD, number, line := ast.Constant(node.lineno))
        after: ast.stmt = ast.Expr(held)
        match node.test:
            case ast.Compare(left=left, ops=[operation], comparators=[right]) if self._explain:
                targets: list[ast.expr] = [ast.Name(one, ast.Store()) for one in (_LEFT, _RIGHT)]
                pairs = zip(targets, (left, right), strict=True)
                before = [ast.Assign([target], value) for target, value in pairs]
                node.test = ast.Compare(_name(_LEFT), [operation], [_name(_RIGHT)])
                text = ast.unparse(ast.Compare(_name("x"), [operation], [_name("x")]))
                shown = [_name(_LEFT), ast.Constant(text[2:-2]), _name(_RIGHT)]
                after = ast.Assign(targets, held)  # nothing is kept alive
        node.msg = _call(FAILED, number, line, message, *shown)
        return _located([*before, node, after], node)


def _depends(node: ast.stmt) -> bool:
    """`if failed: …`, `sys.exit(0 if ok else 1)`, `raise SystemExit(1 if failed else 0)`."""
    if isinstance(node, ast.If):
        return "__name__" not in ast.dump(node.test)
    plain = isinstance(node, ast.Expr | ast.Raise)
    return plain and any(isinstance(one, ast.IfExp) for one in ast.walk(node))


def _raises_failure(node: ast.AST) -> bool:
    match node:
        case ast.Raise(exc=ast.Call(func=ast.Name(id=name)) | ast.Name(id=name)):
            return name == "AssertionError"
        case ast.Assert(test=ast.Constant(value=value)):
            return not value  # nobody expects it to be reached
    return False


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(_name(name), list(arguments), [])


def _located(statements: list[ast.stmt], place: ast.stmt) -> list[ast.stmt]:
    for one in statements:
        ast.fix_missing_locations(ast.copy_location(one, place))
    return statements


def noted(source: str, file: str, *, explain: bool, script: bool) -> ast.Module:
    """The tests' tree with its notes; raises SyntaxError."""
    tree = ast.parse(source, file)
    script = script and not any(isinstance(node, ast.Assert) for node in ast.walk(tree))
    _Noter(explain=explain, script=script).note(tree)
    return tree
