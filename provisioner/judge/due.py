"""What a test that passes must at least have done, as far as its source alone says."""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from provisioner.judge.claims import Style
from provisioner.judge.constants import Names
from provisioner.judge.style import (
    Function,
    classes_of,
    is_case,
    is_plain,
    loads_by_itself,
    test_methods,
)

_OBSERVATIONS = ("@check", "@raises", "@call_raises", "@held", "@held_of", "@holding")
#: Contexts that let no exception pass unseen: what follows in them is certain to be reached.
_CONTEXTS = frozenset(
    (
        *("subTest", "patch", "object", "dict", "multiple", "context", "setenv"),
        *("open", "TemporaryDirectory", "TestClient", "Client"),
        *("redirect_stdout", "redirect_stderr", "catch_warnings"),
    )
)
#: Decorators that leave the test itself to run, once at least.
_DECORATORS = frozenset(
    (
        *("parametrize", "asyncio", "anyio", "usefixtures", "timeout", "filterwarnings"),
        *("patch", "object", "dict", "multiple", "staticmethod", "classmethod", "slow", "unit"),
    )
)


def named_tests(tree: ast.Module, style: Style, names: Names) -> frozenset[str]:
    """Tests that are there whatever the code does, as "function" or "Class.method"."""
    return frozenset(name for name, _ in _tests(tree, style, names))


def due_sites(tree: ast.Module, style: Style, names: Names) -> Mapping[str, Mapping[int, int]]:
    """For each test, the assertions it cannot pass without, and how often each."""
    functions = [node for node in tree.body if isinstance(node, Function)]
    helpers = {node.name: node for node in functions if names.bound.get(node.name) == 1}
    counter = _Counter(helpers)
    due: dict[str, Mapping[int, int]] = {}
    for name, function in _tests(tree, style, names):
        due[name] = counter.count(function.body)
    if style == "script":
        due["script"] = counter.count(tree.body)
    return due


def case_counts(tree: ast.Module, style: Style, names: Names) -> Mapping[str, int]:
    """For each test with parameters, how many cases its tables hold."""
    counts: dict[str, int] = {}
    for name, function in _tests(tree, style, names):
        lengths = [
            max(_length(decorator.args[1]), 1)
            for decorator in function.decorator_list
            if isinstance(decorator, ast.Call)
            and ast.unparse(decorator.func).endswith("mark.parametrize")
            and len(decorator.args) > 1
        ]
        counts[name] = math.prod(lengths)
    return counts


def looped_sites(tree: ast.Module, style: Style, names: Names) -> Mapping[str, frozenset[int]]:
    """For each test, the assertions that it comes to in its loops, whatever else may happen."""
    found = {name: function.body for name, function in _tests(tree, style, names)}
    return {name: frozenset(_in_loops(body, False)) for name, body in found.items()}


def _in_loops(body: Sequence[ast.stmt], inside: bool) -> Iterator[int]:
    for node in body:
        match node:
            case ast.For(body=inner) | ast.AsyncFor(body=inner):
                yield from _in_loops(inner, True)
            case ast.With(body=inner) | ast.AsyncWith(body=inner) | ast.Try(body=inner):
                yield from _in_loops(inner, inside)
            case ast.Expr() if inside:
                yield from _Counter({}).count([node])


def _tests(tree: ast.Module, style: Style, names: Names) -> Iterator[tuple[str, Function]]:
    """Tests that run for certain, by the judge's name; inherited ones for each of their classes."""
    if style in ("script", "doctest") or loads_by_itself(tree):
        return
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    known = classes_of(tree)
    cases = [node for node in classes if is_case(node, known, names)]
    for node in _lasting(tree):
        if isinstance(node, Function):
            if style != "unittest" and node.name.startswith("test") and _plainly(node):
                yield node.name, node
            continue
        taken = node in cases or (style == "pytest" and is_plain(node, cases, known))
        if taken and not node.decorator_list and not _opted_out(node):
            for name, method in test_methods(node, known).items():
                if _plainly(method):
                    yield f"{node.name}.{name}", method


def _lasting(tree: ast.Module) -> Iterator[Function | ast.ClassDef]:
    """Functions and classes that no later definition or `del` takes away."""
    last = {node.name: node for node in tree.body if isinstance(node, Function | ast.ClassDef)}
    for node in ast.walk(tree):
        for part in node.targets if isinstance(node, ast.Delete) else ():
            last.pop(getattr(part, "id", ""), None)
    yield from last.values()


def _opted_out(node: ast.ClassDef) -> bool:
    return any(
        isinstance(part, ast.Assign) and ast.unparse(part.targets[0]) == "__test__"
        for part in node.body
    )


def _plainly(node: Function) -> bool:
    """No decorator that may keep the test from running, and no generator."""
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name not in _DECORATORS:
            return False
    return not any(isinstance(part, ast.Yield | ast.YieldFrom) for part in ast.walk(node))


class _Counter:
    """Counts the observations that a body is certain to make."""

    def __init__(self, helpers: Mapping[str, Function]) -> None:
        self._helpers = helpers
        self._within: list[str] = []

    def count(self, body: Sequence[ast.stmt]) -> Counter[int]:
        found: Counter[int] = Counter()
        for statement in body:
            found += self._statement(statement)
            if _may_leave(statement):
                break
        return found

    def _statement(self, node: ast.stmt) -> Counter[int]:
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id=name))) if name in self._helpers:
                return self._expression(node.value) + self._helper(name)
            case ast.Expr() | ast.Assign() | ast.AugAssign() | ast.AnnAssign():
                return self._expression(node)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                found: Counter[int] = Counter()
                for item in items:
                    found += self._expression(item.context_expr)
                return found + self.count(body) if all(map(_lets_pass, items)) else found
            case ast.For(iter=iterated, body=body, orelse=[]):
                times = _length(iterated)
                inner = self.count(body) if times and not _leaves_loop(body) else Counter()
                return Counter({site: number * times for site, number in inner.items()})
            case ast.Try(body=body, handlers=[], finalbody=final):
                return self.count(body) + self.count(final)
            case ast.If(test=ast.Compare(left=ast.Name(id="__name__")), body=body):
                return self.count(body)
            case ast.If(
                test=ast.Call(func=ast.Name(id="@equal"), args=[ast.Name(id="__name__"), _]),
                body=body,
            ):
                return self.count(body)
        return Counter()

    def _helper(self, name: str) -> Counter[int]:
        if name in self._within or isinstance(self._helpers[name], ast.AsyncFunctionDef):
            return Counter()
        self._within.append(name)
        found = self.count(self._helpers[name].body) if _plainly(self._helpers[name]) else Counter()
        self._within.pop()
        return found

    def _expression(self, node: ast.AST) -> Counter[int]:
        found: Counter[int] = Counter()
        waiting: list[ast.AST] = [node]
        while waiting:
            part = waiting.pop()
            if isinstance(
                part,
                ast.Lambda
                | ast.IfExp
                | ast.BoolOp
                | ast.ListComp
                | ast.SetComp
                | ast.DictComp
                | ast.GeneratorExp,
            ):
                continue
            match part:
                case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=int() as site), *_]):
                    if name in _OBSERVATIONS:
                        found[site] += 1
            waiting += ast.iter_child_nodes(part)
        return found


def _may_leave(node: ast.stmt) -> bool:
    """Whether what follows in the same body may be left out though the test passes."""
    for part in _without_functions(node):
        if isinstance(part, ast.Return | ast.Raise | ast.Break | ast.Continue):
            return True
        if isinstance(part, ast.Call):
            called = part.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in ("skip", "skipTest", "xfail", "importorskip", "fail", "exit", "_exit"):
                return True
    return False


def _without_functions(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    if not isinstance(node, Function | ast.Lambda | ast.ClassDef):
        for part in ast.iter_child_nodes(node):
            yield from _without_functions(part)


def _leaves_loop(body: Sequence[ast.stmt]) -> bool:
    return any(map(_may_leave, body))


def _lets_pass(item: ast.withitem) -> bool:
    call = item.context_expr
    called = call.func if isinstance(call, ast.Call) else call
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in _CONTEXTS


def _length(node: ast.expr) -> int:
    """How many turns a loop is certain to take."""
    match node:
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return sum(not isinstance(part, ast.Starred) for part in parts)
        case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=int() as stop)]):
            return max(stop, 0)
        case ast.Call(
            func=ast.Name(id="range"),
            args=[ast.Constant(value=int() as start), ast.Constant(value=int() as stop)],
        ):
            return max(stop - start, 0)
        case ast.Call(func=ast.Name(id="enumerate"), args=[table, *_]):
            return _length(table)
        case ast.Call(func=ast.Attribute(value=ast.Dict(keys=keys), attr="items"), args=[]):
            return len(keys) if all(keys) else 0
    return 0
