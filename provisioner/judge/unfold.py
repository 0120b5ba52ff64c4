"""Turns `assert all(… for …)` into the loop that it is, so that each comparison is an assertion.

What a generator expression compares is compared inside of the sandbox, with the expected values at
hand there. A loop's assertions are taken apart like any other.
"""

from __future__ import annotations

import ast

from provisioner.judge.constants import Names

_Comprehension = ast.GeneratorExp | ast.ListComp | ast.SetComp
#: What means something else outside of the comprehension.
_BOUND_TO_IT = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom, ast.Lambda)


def unfold(tree: ast.Module, names: Names) -> None:
    """Rewrite a module in place."""
    _Unfolding(names).visit(tree)


class _Unfolding(ast.NodeTransformer):
    def __init__(self, names: Names) -> None:
        self._names = names
        self._count = 0

    def visit_Assert(self, node: ast.Assert) -> ast.AST | list[ast.stmt]:  # ast's name
        return self._statements(node.test, False, node) or node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | list[ast.stmt]:  # ast's name
        match node.value:
            case ast.Call(func=ast.Attribute(attr="assertTrue" | "assertFalse" as name), args=args):
                if args:
                    return self._statements(args[0], name == "assertFalse", node) or node
        return node

    def _statements(self, test: ast.expr, negated: bool, node: ast.stmt) -> list[ast.stmt]:
        """The same claim as loops, [] where no part of it is one."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return self._statements(test.operand, not negated, node)
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or if negated else ast.And):
            parts = [self._statements(part, negated, node) for part in test.values]
            if not any(parts):
                return []
            return [
                statement
                for part, value in zip(parts, test.values, strict=True)
                for statement in part or [_assert(value, negated, node)]
            ]
        match test:
            case ast.Call(
                func=func,
                args=[ast.GeneratorExp() | ast.ListComp() | ast.SetComp() as inner],
                keywords=[],
            ):
                if self._names.origin(func) == ("builtins.any" if negated else "builtins.all"):
                    return self._loops(inner, negated, node)
        return []

    def _loops(self, inner: _Comprehension, negated: bool, node: ast.stmt) -> list[ast.stmt]:
        if any(isinstance(part, _BOUND_TO_IT) for part in ast.walk(inner)) or any(
            generator.is_async for generator in inner.generators
        ):
            return []
        self._count += 1
        self._rename(inner)
        body: ast.stmt = _assert(inner.elt, negated, node)
        for generator in reversed(inner.generators):
            for condition in reversed(generator.ifs):
                body = ast.copy_location(ast.If(condition, [body], []), node)
            loop = ast.For(generator.target, generator.iter, [body], [])
            body = ast.copy_location(loop, node)
        return [body]

    def _rename(self, inner: _Comprehension) -> None:
        """A comprehension's variables are its own; so are the loop's, by names nobody can spell."""
        own = {
            part.id
            for generator in inner.generators
            for part in ast.walk(generator.target)
            if isinstance(part, ast.Name)
        }
        outside = {id(part) for part in ast.walk(inner.generators[0].iter)}
        for part in ast.walk(inner):
            if isinstance(part, ast.Name) and part.id in own and id(part) not in outside:
                part.id = f"{part.id}@{self._count}"


def _assert(test: ast.expr, negated: bool, node: ast.stmt) -> ast.stmt:
    if negated:
        test = ast.copy_location(ast.UnaryOp(ast.Not(), test), test)
    return ast.copy_location(ast.Assert(test), node)
