"""Whether a new suite only adds to an old one, told by their syntax trees."""

from __future__ import annotations

import ast
import builtins
import copy
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from provisioner.quality.mutation.mutants import never_tested
from provisioner.suite.parse import (
    Definition,
    Function,
    assertions_of,
    is_assertion,
    is_docstring,
    names_in,
    stored,
)

#: Names by which unittest, pytest and Python find what they do to all tests or to a module.
_HOOKS = re.compile(
    r"(setUp|tearDown)Module|load_tests|pytestmark|pytest_\w+|__\w+__"
    r"|(setup|teardown)_(module|class|method|function)"
)
_TEXT = 120


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of the old suite."""

    used: set[str]  # all of them; what is added must not bind them anew
    shared: set[str]  # bound at the top; what is added must not reach into what they stand for


def only_adds(old: bytes, new: bytes) -> tuple[str, ...]:
    """Everything of the old suite that the new one lost or changed; empty where it only adds.

    A test may gain assertions, cases, and variables that it has not had before; a suite may
    gain tests, helpers and imports, but nothing that rebinds what old tests use, or that a
    test framework applies to all of them.
    """
    try:
        before = ast.parse(old)
    except (SyntaxError, ValueError):
        return ()  # nothing of it ever ran
    try:
        after = ast.parse(new)
    except (SyntaxError, ValueError) as error:
        return (f"the new suite cannot be read: {error}",)
    had, has = _imports(before), _imports(after)
    shared = {bound for _, bound in had}
    for node in before.body:
        shared |= {node.name} if isinstance(node, Definition) else stored(node)
    names = _Names(names_in(before), shared)
    lost = [f"import of {source}: lost" for source, _ in sorted(had - has)]
    lost += [
        f"import of {source}: may change what other tests do"
        for source, bound in sorted(has - had)
        if bound in names.used or bound == "*"
    ]
    lost += _bodies(before.body, after.body, "", names)
    return tuple(dict.fromkeys(lost))


def _bodies(
    old: Sequence[ast.stmt], new: Sequence[ast.stmt], where: str, names: _Names
) -> Iterator[str]:
    """Compare two modules or two classes, definition by definition."""
    had = [node for node in old if isinstance(node, Definition)]
    has = {node.name: node for node in new if isinstance(node, Definition)}
    before = Counter(node.name for node in had)
    often = Counter(node.name for node in new if isinstance(node, Definition))
    for node in had:
        name = where + node.name
        if node.name not in has:
            yield f"{name}: lost"
        elif often[node.name] > before[node.name]:
            yield f"{name}: defined once more"
        else:
            yield from _definition(node, has[node.name], name, names)
    missing, extra = _aligned(old, new)
    yield from (f"{where}{_text(node)}: lost or changed" for node in missing)
    for added in [*extra, *(one for name, one in has.items() if name not in before)]:
        if not _adds(added, names, inside_class=bool(where)):
            yield f"{where}{_text(added)}: may change what other tests do"


def _definition(old: Definition, new: Definition, name: str, names: _Names) -> Iterator[str]:
    if isinstance(old, ast.ClassDef) and isinstance(new, ast.ClassDef):
        if _dumped(_emptied(old)) != _dumped(_emptied(new)):
            yield f"{name}: changed"
        yield from _bodies(old.body, new.body, f"{name}.", names)
        return
    if not (isinstance(old, Function) and isinstance(new, Function) and assertions_of(old)):
        if _dumped(old) != _dumped(new):
            yield f"{name}: changed"
        return
    lost = Counter(map(_dumped, assertions_of(old))) - Counter(map(_dumped, assertions_of(new)))
    gone = [one for one in assertions_of(old) if _dumped(one) in lost]
    yield from (f"{name}: lost {_text(one)}" for one in gone)
    missing, extra = _aligned(old.body, new.body)
    harmless = all(_only_looks(node, names_in(old)) for node in extra)
    if not gone and (missing or not harmless or not _same_head(old, new)):
        yield f"{name}: changed"


def _aligned(
    old: Sequence[ast.stmt], new: Sequence[ast.stmt]
) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """Old statements that are not among the new ones in the same order, and what was added."""
    waiting, extra = _doing(old), []
    for node in _doing(new):
        if waiting and _covers(waiting[0], node):
            waiting.pop(0)
        else:
            extra.append(node)
    return waiting, extra


def _covers(old: ast.stmt, new: ast.stmt) -> bool:
    """Whether a statement is the same, or the same loop over more literal cases."""
    if isinstance(old, ast.For) and isinstance(new, ast.For):
        new = copy.copy(new)
        new.iter = _shortened(old.iter, new.iter)
    return _dumped(old) == _dumped(new)


def _same_head(old: Function, new: Function) -> bool:
    """Whether the heads of two tests differ in nothing but more cases of a parametrisation."""
    new = copy.deepcopy(new)
    for one, other in zip(old.decorator_list, new.decorator_list, strict=False):
        match one, other:
            case ast.Call(args=[_, table]), ast.Call(args=[_, longer]):
                if _shortened(table, longer) is table:
                    other.args[1], other.keywords = table, one.keywords
    return _dumped(_emptied(old)) == _dumped(_emptied(new))


def _shortened(old: ast.expr, new: ast.expr) -> ast.expr:
    """The old list of cases where the new one has all of them, else the new one."""
    match old, new:
        case (ast.List(elts=had), ast.List(elts=has)) | (ast.Tuple(elts=had), ast.Tuple(elts=has)):
            return new if Counter(map(_dumped, had)) - Counter(map(_dumped, has)) else old
    return new


def _only_looks(node: ast.stmt, own: Collection[str]) -> bool:
    """Whether a statement put into a test leaves alone what the test did before."""
    if any(
        isinstance(part, ast.Return | ast.Raise | ast.Delete | ast.Global | ast.Nonlocal)
        or (isinstance(part, ast.Attribute | ast.Subscript) and not isinstance(part.ctx, ast.Load))
        or isinstance(part, ast.Yield | ast.YieldFrom | ast.Try | ast.While | Function)
        for part in ast.walk(node)
    ):
        return False
    if isinstance(node, ast.For):
        looks = all(_only_looks(part, own) for part in [*node.body, *node.orelse])
    else:
        looks = is_assertion(node) or isinstance(node, ast.Assign | ast.AnnAssign)
    return looks and not stored(node) & set(own)


def _adds(node: ast.stmt, names: _Names, *, inside_class: bool) -> bool:
    """Whether a statement put into a module or a class leaves the tests there alone."""
    if isinstance(node, ast.If) and never_tested(node.test):
        return True
    if any(_reaches_into(part, names.shared) for part in ast.walk(node)):
        return False
    if isinstance(node, Definition):
        everywhere = any("autouse" in ast.unparse(one) for one in node.decorator_list)
        fresh = inside_class or node.name not in names.used
        return fresh and not everywhere and not _reserved({node.name})
    match node:
        case ast.Expr(value=ast.Call(func=ast.Name(id=name))) if not inside_class:
            return name not in dir(builtins)
    return not _reserved(stored(node)) and _only_looks(node, names.used)


def _reserved(names: Collection[str]) -> bool:
    """Whether one of the names means something to all tests."""
    import unittest

    taken = {*dir(builtins), *dir(unittest.TestCase)}
    return any(name in taken or _HOOKS.fullmatch(name) for name in names)


def _reaches_into(node: ast.AST, shared: Collection[str]) -> bool:
    """Whether something bound at the top is changed from within, or bound anew."""
    if isinstance(node, ast.Global):
        return True
    if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
        root = node.value
        while isinstance(root, ast.Attribute | ast.Subscript):
            root = root.value
        return isinstance(root, ast.Name) and root.id in shared
    return False


def _imports(tree: ast.Module) -> set[tuple[str, str]]:
    found = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            source = "." * node.level + (node.module or "")
            found |= {(f"{source}.{one.name}", one.asname or one.name) for one in node.names}
        elif isinstance(node, ast.Import):
            found |= {(one.name, one.asname or one.name.partition(".")[0]) for one in node.names}
    return found


def _doing(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Statements but for what documents, passes, imports or defines."""
    return [
        node
        for node in body
        if not isinstance(node, Definition | ast.Pass | ast.Import | ast.ImportFrom)
        and not is_docstring(node)
    ]


def _emptied(node: Definition) -> ast.AST:
    copied = copy.copy(node)
    copied.body = []
    return copied


def _dumped(node: ast.AST) -> str:
    """The same for the same code; a docstring is no code."""
    if isinstance(node, Definition) and node.body and is_docstring(node.body[0]):
        node = copy.copy(node)
        node.body = node.body[1:]
    return ast.dump(node)


def _text(node: ast.AST) -> str:
    if isinstance(node, Definition):
        return node.name
    text = " ".join(ast.unparse(node).split())
    return f"`{text}`" if len(text) <= _TEXT else f"`{text[:_TEXT]}…`"
