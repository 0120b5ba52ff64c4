"""Takes the answers out of tests: assertions become observations, expected values numbers."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from provisioner.judge.assertions import Draft, Reader
from provisioner.judge.claims import (
    FAILURES,
    Claim,
    Reached,
    Seen,
    Site,
    Truth,
)
from provisioner.judge.constants import Names
from provisioner.judge.flow import Flow
from provisioner.judge.vocabulary import HOLDING, fails

#: Nothing of these is looked up by an annotation.
_OWN = ("__future__",)


class Sealer(ast.NodeTransformer):
    """Replaces assertions by observations, and expected values by nothing or a number."""

    def __init__(
        self,
        names: Names,
        own: set[str],
        flow: Flow,
        text: Sequence[str],
        records: Collection[ast.ClassDef],
    ) -> None:
        self.sites: list[Site] = []
        self.sealed: list[object] = []
        self._names, self._flow, self._text = names, flow, text
        self._reader = Reader(names, own, flow.loads)
        self._own = own
        self._caught = 0
        self._may_fail = False  # somewhere in this scope the tests say that they failed
        self._failing: set[str] = set()
        self._reads_docstrings = any("__doc__" in line for line in text)
        self._within: list[str] = []
        self._records = records
        self._postponed = names.imported.get("annotations") == "__future__.annotations"

    def look_for_failing(self, tree: ast.Module) -> None:
        """Find the functions that the tests call to see their assertions fail."""
        for node in ast.walk(tree):
            if isinstance(node, ast.With | ast.AsyncWith) and self._awaits_failure(node):
                calls = (part for one in node.body for part in ast.walk(one))
                self._failing |= {_last(part.func) for part in calls if isinstance(part, ast.Call)}
            elif isinstance(node, ast.Call) and self._expects_failure(node):
                self._failing |= {_last(part) for part in node.args[1:2]}

    def _awaits_failure(self, node: ast.With | ast.AsyncWith) -> bool:
        return any(self._expects_failure(item.context_expr) for item in node.items)

    def _expects_failure(self, node: ast.expr) -> bool:
        expecting = self._reader.expecting(node)
        return expecting is not None and bool(FAILURES & set(expecting.claim.names))

    def _scope(self, node: ast.AST) -> ast.AST:
        outer = self._may_fail
        self._may_fail = any(
            isinstance(part, ast.stmt) and fails(part, self._names) for part in ast.walk(node)
        )
        self._within.append(getattr(node, "name", ""))
        generic = self.generic_visit(node)
        self._within.pop()
        self._may_fail = outer
        return generic

    def _with(self, node: ast.With | ast.AsyncWith) -> ast.AST:
        awaits = self._awaits_failure(node)
        node.items = [self.visit(item) for item in node.items]  # type: ignore[misc]  # items stay items
        self._caught += awaits
        node.body = self._statements(node.body)
        self._caught -= awaits
        return node

    visit_With = visit_AsyncWith = _with  # noqa: N815  # ast's names

    visit_Module = visit_FunctionDef = visit_AsyncFunctionDef = _scope  # noqa: N815  # ast's names

    def visit_ClassDef(self, node: ast.ClassDef) -> list[ast.AST]:  # ast's name
        generic = self.generic_visit(node)
        if node not in self._records:
            return [generic]
        return [generic, _known(node, node.name)]

    def visit_Import(self, node: ast.Import) -> list[ast.AST]:  # ast's name
        return [node, *self._imported(node)]

    def _imported(self, node: ast.Import | ast.ImportFrom) -> list[ast.stmt]:
        """Postponed annotations are looked up in the module's stand-in."""
        if not self._postponed or self._within != [""] or getattr(node, "module", "") in _OWN:
            return []
        return [_known(node, (one.asname or one.name).partition(".")[0]) for one in node.names]

    def visit(self, node: ast.AST) -> ast.AST | list[ast.AST] | None:
        if id(node) in self._flow.values:
            self.sealed.append(self._flow.values[id(node)])
            assert isinstance(node, ast.expr)
            return _call("@seal", node, [ast.Constant(len(self.sealed) - 1)])
        visited: ast.AST | list[ast.AST] | None = super().visit(node)
        return visited

    def _site(self, node: ast.AST, claim: Claim, sealed: bool = False) -> ast.Constant:
        line = getattr(node, "lineno", 0)
        end = getattr(node, "end_lineno", line) if not isinstance(node, ast.With | ast.If) else line
        text = " ".join(part.strip() for part in self._text[line - 1 : end])
        expected = bool(self._failing & set(self._within))
        self.sites.append(Site(line, text[:300], claim, self._caught > 0, sealed, expected))
        return ast.Constant(len(self.sites) - 1)

    def _check(self, node: ast.AST, draft: Draft) -> ast.Call:
        site = self._site(node, draft.claim, draft.sealed)
        leaves = [self._expression(leaf) for leaf in draft.leaves]
        return _call("@check", node, [site, *leaves])

    def _expression(self, node: ast.expr) -> ast.expr:
        result = self.visit(node)
        assert isinstance(result, ast.expr)
        return result

    def visit_Assert(self, node: ast.Assert) -> ast.AST | list[ast.AST]:  # ast's name
        if isinstance(node.test, ast.Constant):
            return node  # says nothing about the code; `assert False` fails where it is
        drafts = self._reader.statement(node.test)
        return [_statement(self._check(node, draft)) for draft in drafts]

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.AST]:  # ast's name
        if not node.orelse and fails(node.body[-1], self._names):
            drafts = self._reader.statement(node.test, negated=True)
            return [_statement(self._check(node, draft)) for draft in drafts]
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:  # ast's name
        draft = self._reader.call(node)
        if draft is not None:
            return self._check(node, draft)
        expecting = self._reader.expecting(node)
        if expecting is not None:
            site = self._site(node, expecting.claim, expecting.expected is None)
            parts = [
                self._expression(part) if part else ast.Constant(None)
                for part in (expecting.expected, expecting.pattern)
            ]
            arguments = [site, ast.Constant(expecting.style), *parts]
            if not expecting.call:
                return _call("@raises", node, arguments)
            arguments += [self._expression(part) for part in expecting.call]
            keywords = [
                ast.keyword(keyword.arg, self._expression(keyword.value))
                for keyword in expecting.keywords
            ]
            return _call("@call_raises", node, arguments, keywords)
        return self._library(node)

    def _library(self, node: ast.Call) -> ast.AST:
        """Assertions that libraries make: a mock's, numpy's, assertLogs and their like."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        origin = self._names.origin(node.func)
        if isinstance(node.func, ast.Name):
            name = node.func.id if origin.startswith(("numpy.testing", "pandas.testing")) else ""
        asserts = name.startswith("assert") or origin in ("pytest.warns", "pytest.deprecated_call")
        generic = self.generic_visit(node)
        if not asserts or name in self._own:
            return generic
        assert isinstance(generic, ast.Call)
        site = self._site(node, Truth(Seen(0)))
        if (name or origin.rpartition(".")[2]) in HOLDING and not _called(node, name):
            return _call("@holding", node, [site, generic])
        if isinstance(generic.func, ast.Attribute):
            owner = [generic.func.value, ast.Constant(generic.func.attr)]
            return _call("@held_of", node, [site, *owner, *generic.args], generic.keywords)
        return _call("@held", node, [site, generic.func, *generic.args], generic.keywords)

    def visit_Try(self, node: ast.Try) -> ast.AST:  # ast's name
        catches = any(_catches_assertions(handler, self._names) for handler in node.handlers)
        self._caught += catches
        node.body = self._statements(node.body)
        self._caught -= catches
        if self._may_fail:
            for handler in node.handlers:
                if not _catches_assertions(handler, self._names):
                    site = self._site(handler, Reached())
                    handler.body.insert(0, _statement(_call("@reached", handler, [site])))
        for handler in node.handlers:
            handler.body = self._statements(handler.body)
        node.orelse = self._statements(node.orelse)
        node.finalbody = self._statements(node.finalbody)
        return node

    def _statements(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        result: list[ast.stmt] = []
        for statement in body:
            visited = self.visit(statement)
            result += visited if isinstance(visited, list) else [visited] if visited else []  # type: ignore[list-item, arg-type]  # statements become statements
        return result

    def visit_Compare(self, node: ast.Compare) -> ast.AST:  # ast's name
        """Comparisons elsewhere in the tests are guarded against objects equal to everything."""
        generic = self.generic_visit(node)
        assert isinstance(generic, ast.Compare)
        if len(generic.ops) == 1 and isinstance(generic.ops[0], ast.Eq | ast.NotEq):
            name = "@equal" if isinstance(generic.ops[0], ast.Eq) else "@unequal"
            return _call(name, node, [generic.left, generic.comparators[0]])
        return generic

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | list[ast.AST]:  # ast's name
        if node.level or not node.module or node.names[0].name != "*":
            return [node, *self._imported(node)]
        namespace = _call("globals", node, [])
        return _statement(_call("@star", node, [namespace, ast.Constant(node.module)]))

    def _keeps_docstrings(self) -> bool:
        within = self._within[-1]
        return self._reads_docstrings and within != "" and not within.startswith("test")

    def visit_Expr(self, node: ast.Expr) -> ast.AST:  # ast's name
        """Docstrings stay here: they often say what is to come out.

        An empty one takes their place, for nothing else may stand before `from __future__`. Where
        the tests read docstrings, those of the functions that they make for it are left.
        """
        if isinstance(node.value, ast.Constant) and not self._keeps_docstrings():
            return _statement_of(ast.Constant(""), node)
        return self.generic_visit(node)


def _known(node: ast.AST, name: str) -> ast.stmt:
    arguments = [ast.Constant(name), ast.Name(name, ast.Load())]
    return _statement(_call("@known", node, arguments))


def _called(node: ast.Call, name: str) -> bool:
    """assertWarns(Kind, function, …) is a call, assertWarns(Kind) a context."""
    return name in ("assertWarns", "assertWarnsRegex") and len(node.args) > 2


def _catches_assertions(handler: ast.ExceptHandler, names: Names) -> bool:
    if handler.type is None:
        return True
    parts = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(names.origin(part) in [f"builtins.{name}" for name in FAILURES] for part in parts)


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _call(
    name: str,
    node: ast.AST,
    arguments: Sequence[ast.expr],
    keywords: Sequence[ast.keyword] = (),
) -> ast.Call:
    call = ast.Call(ast.Name(name, ast.Load()), list(arguments), list(keywords))
    return ast.copy_location(call, node)


def _statement(call: ast.Call) -> ast.Expr:
    return _statement_of(call, call)


def _statement_of(value: ast.expr, node: ast.AST) -> ast.Expr:
    return ast.copy_location(ast.Expr(ast.copy_location(value, node)), node)
