"""What there is to cover in a module: statements, and both ways of every decision."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from provisioner.quality.mutation.excluded import never_tested

#: Stands for the end of a function or of the module, where a line is asked for.
EXIT = 0
Arc = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Branch:
    """One of the two ways out of a decision.

    Attributes:
        line: first line of the decision.
        into: first line of what it leads into, EXIT for the end.
        body: first line of the decision's body.
    """

    line: int
    into: int
    body: int

    def seen(self, arcs: Collection[Arc], handlers: Collection[int]) -> bool:
        """Whether a run went this way, given its steps from statement to statement.

        The way past the body leads anywhere but into it: out of a `with`, back to a loop. To
        an exception's handler leads no decision.
        """
        if self.into == self.body:
            return (self.line, self.body) in arcs
        return any(
            start == self.line and end != self.body and end not in handlers for start, end in arcs
        )


@dataclass(slots=True)
class Layout:
    """The statements and branches of a module.

    Attributes:
        last: for the first line of each statement that does something, the last line of it, or
            of its head where it has a body.
        branches: both ways of each decision; none where decision and body share a line, or
            where the decision is a constant.
        handlers: first lines of exception handlers.
    """

    last: dict[int, int] = field(default_factory=dict)
    branches: list[Branch] = field(default_factory=list)
    handlers: set[int] = field(default_factory=set)

    def statements(self) -> dict[int, int]:
        """For each line of a statement, its first line."""
        return {line: first for first, last in self.last.items() for line in range(first, last + 1)}

    def block(self, body: Sequence[ast.stmt], after: int) -> None:
        """Lay out statements; `after` is the line that follows the last of them."""
        doing = [node for node in body if _does_something(node)]
        for node, following in zip(doing, [*map(first_line, doing[1:]), after], strict=False):
            self._statement(node, following)

    def _statement(self, node: ast.stmt, following: int) -> None:
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                self._decision(node, body, _start(orelse, following), test)
                self._head(node, body)
                self.block(body, following)
                self.block(orelse, following)
            case (
                ast.While(body=body, orelse=orelse)
                | ast.For(body=body, orelse=orelse)
                | (ast.AsyncFor(body=body, orelse=orelse))
            ):
                asked = node.test if isinstance(node, ast.While) else None
                self._decision(node, body, _start(orelse, following), asked)
                self._head(node, body)
                self.block(body, node.lineno)
                self.block(orelse, following)
            case ast.Match(cases=cases):
                self._cases(cases, following)
                self.last[node.lineno] = cases[0].pattern.lineno - 1
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final) | (
                ast.TryStar(body=body, handlers=handlers, orelse=orelse, finalbody=final)
            ):
                self._head(node, body)
                then = _start(final, following)
                self.block(body, _start(orelse, then))
                for handler in handlers:
                    self.handlers.add(handler.lineno)
                    self._head(handler, handler.body)
                    self.block(handler.body, then)
                self.block(orelse, then)
                self.block(final, following)
            case ast.With(body=body) | ast.AsyncWith(body=body):
                self._head(node, body)
                self.block(body, following)
            case (
                ast.FunctionDef(body=body)
                | ast.AsyncFunctionDef(body=body)
                | (ast.ClassDef(body=body))
            ):
                self._head(node, body)
                self.block(body, EXIT)
            case _:
                self.last[node.lineno] = node.end_lineno or node.lineno

    def _head(self, node: ast.stmt | ast.ExceptHandler, body: Sequence[ast.stmt]) -> None:
        first = first_line(node)
        self.last[first] = max(first, first_line(body[0]) - 1)

    def _decision(
        self, node: ast.stmt, body: Sequence[ast.stmt], otherwise: int, test: ast.expr | None
    ) -> None:
        into = _start(body, otherwise)
        if not isinstance(test, ast.Constant) and into != node.lineno:
            ways = (into, otherwise)
            self.branches += [Branch(node.lineno, way, into) for way in ways]

    def _cases(self, cases: Sequence[ast.match_case], following: int) -> None:
        starts = [case.pattern.lineno for case in cases]
        for case, line, otherwise in zip(cases, starts, [*starts[1:], following], strict=True):
            into = _start(case.body, following)
            certain = isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
            if into != line and not (certain and case.guard is None):
                self.branches += [Branch(line, way, into) for way in (into, otherwise)]
            self.last[line] = max(line, into - 1)
            self.block(case.body, following)


def layout_of(source: bytes) -> Layout:
    """Lay out a module.

    Raises:
        SyntaxError: it is no Python.
    """
    layout = Layout()
    layout.block(ast.parse(source).body, EXIT)
    return layout


def first_line(node: ast.stmt | ast.ExceptHandler) -> int:
    """First line, with the decorators."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorators)])


def _start(body: Sequence[ast.stmt], otherwise: int) -> int:
    """First line of the first statement that does something."""
    return next((first_line(node) for node in body if _does_something(node)), otherwise)


def _does_something(node: ast.stmt) -> bool:
    """Whether the interpreter stops at a statement, and tests can bring it to do so."""
    match node:
        case ast.Global() | ast.Nonlocal() | ast.AnnAssign(value=None):
            return False
        case ast.Expr(value=ast.Constant()):
            return False
        case ast.If(test=test) if never_tested(test):
            return False
    return True
