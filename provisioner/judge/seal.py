"""Makes tests ready to be run by somebody who must not know their answers."""

from __future__ import annotations

import ast
import marshal
import sys
from collections.abc import Collection, Sequence

from provisioner.judge.aliases import spell_out
from provisioner.judge.apart import can_be_apart
from provisioner.judge.assertions import Draft, Reader
from provisioner.judge.claims import (
    FAILURES,
    Claim,
    Exam,
    Reached,
    Seen,
    Site,
    Style,
    Truth,
)
from provisioner.judge.constants import Names
from provisioner.judge.due import case_counts, due_sites, looped_sites, named_tests
from provisioner.judge.flow import Flow, trace
from provisioner.judge.runners import leave_running_out
from provisioner.judge.style import examples_of, records_of, style_of
from provisioner.judge.unfold import unfold
from provisioner.judge.vocabulary import HOLDING, fails

#: Nothing of these is looked up by an annotation.
_OWN = ("__future__",)
#: Besides the standard library's, modules by which tests decide.
_TOOLS = frozenset(("pytest", "hypothesis"))
_INSIDE_PYTEST = {
    f"_pytest.{name}"
    for name in (
        *("main", "runner", "python", "python_api", "fixtures", "raises", "unittest"),
        *("capture", "logging", "recwarn", "monkeypatch", "tmpdir"),
    )
} | {"_pytest.mark.structures"}


def prepare(tests: bytes) -> Exam:
    """Read the tests' source once; nothing of it is executed."""
    try:
        tree = ast.parse(tests)
        names = Names(tree)
        style = style_of(tree, names)
        spell_out(tree, names)
        if style != "script":
            leave_running_out(tree, names)
        apart = can_be_apart(tree, names)
        unfold(tree, names)
        examples = examples_of(tree) if style == "doctest" else {}
        own = {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        text = tests.decode("utf-8", "replace").splitlines()
        sealer = _Sealer(names, own, _flow(tree, names, own), text, records_of(tree, names))
        sealer.look_for_failing(tree)
        sealer.visit(tree)  # a module is rewritten in place
        code = compile(ast.fix_missing_locations(tree), "test.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        where = f", line {line}" if line else ""
        said = f"{type(error).__name__}: {error}".replace(" (<unknown>, line", " (line").rstrip(
            ": "
        )
        return Exam("script", fault=f"test.py{where}: {said}")
    return Exam(
        style=style,
        code=marshal.dumps(code),
        sites=tuple(sealer.sites),
        sealed=tuple(sealer.sealed),
        tests=named_tests(tree, style, names),
        cases=case_counts(tree, style, names),
        due=due_sites(tree, style, names),
        looped=looped_sites(tree, style, names),
        examples=examples,
        apart=apart,
        relied=_relied(names, style),
        replaced=_replaced(tree, names),
    )


def _relied(names: Names, style: Style) -> tuple[str, ...]:
    library = (sys.stdlib_module_names | _TOOLS) - {"sys", "__future__", "antigravity"}
    found = {
        ".".join(parts[:length])
        for parts in (origin.split(".") for origin in names.imported.values())
        for length in range(1, len(parts) + 1)
        if parts[0] in library
    }
    return tuple(sorted(found | (_INSIDE_PYTEST if style == "pytest" else set())))


def _replaced(tree: ast.Module, names: Names) -> tuple[str, ...]:
    """What the tests themselves put to other use, such as `time.time = …`."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(ctx=ast.Store()):
                found.add(names.origin(node))
            case ast.Call(args=[first, ast.Constant(value=str() as name), *_]):
                found.add(f"{names.origin(first)}.{name}")
            case ast.Call(args=[ast.Constant(value=str() as name), *_]):
                found.add(name)
    library = sys.stdlib_module_names
    return tuple(sorted(name for name in found if name.partition(".")[0] in library))


def _flow(tree: ast.Module, names: Names, own: set[str]) -> Flow:
    """A dry reading, to learn which variables go nowhere but into assertions."""
    reader = Reader(names, own)
    drafts: list[Draft] = []
    for node in ast.walk(tree):
        match node:
            case ast.Assert(test=test):
                drafts += reader.statement(test)
            case ast.Call():
                draft = reader.call(node)
                drafts += [draft] if draft else []
            case ast.If(test=test, body=body, orelse=[]) if fails(body[-1], names):
                drafts += reader.statement(test, negated=True)
    allowed = {id(leaf) for draft in drafts for leaf in draft.leaves if isinstance(leaf, ast.Name)}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="subTest"), keywords=keywords):
                allowed |= {id(keyword.value) for keyword in keywords}
    return trace(tree, names, frozenset(allowed))


class _Sealer(ast.NodeTransformer):
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
