"""Puts to the test what coverage says: a main.py that breaks wherever no test is said to come."""

from __future__ import annotations

import ast
from collections.abc import Collection
from typing import Any

from provisioner.quality.mutation.branches import first_line


def broken_where_unreached(main: bytes, covered_lines: Collection[int]) -> bytes:
    """main.py with a `raise` before every statement that begins on a line not covered.

    Tests that are green on main.py stay green on this, if what coverage says is right.

    Args:
        main: main.py, which is Python.
        covered_lines: lines that the tests reach, as in CoverageReport.
    """
    tree = _Breaking(frozenset(covered_lines)).visit(ast.parse(main))
    return ast.unparse(ast.fix_missing_locations(tree)).encode()


class _Breaking(ast.NodeTransformer):
    def __init__(self, covered: frozenset[int]) -> None:
        self._covered = covered

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for name, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                setattr(node, name, self._broken(value))
        return node

    def _broken(self, body: list[Any]) -> list[ast.stmt]:
        broken: list[ast.stmt] = []
        for statement in body:
            if first_line(statement) not in self._covered:
                broken.append(ast.parse("raise AssertionError('no test comes here')").body[0])
            broken.append(statement)
        return broken
