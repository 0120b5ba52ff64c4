"""Makes tests ready to be run by somebody who must not know their answers."""

from __future__ import annotations

import ast
import marshal
import sys

from provisioner.judge.aliases import spell_out
from provisioner.judge.apart import can_be_apart
from provisioner.judge.assertions import Draft, Reader
from provisioner.judge.claims import (
    Exam,
    Style,
)
from provisioner.judge.constants import Names
from provisioner.judge.due import case_counts, due_sites, looped_sites, named_tests
from provisioner.judge.flow import Flow, trace
from provisioner.judge.runners import leave_running_out
from provisioner.judge.sealer import Sealer
from provisioner.judge.style import examples_of, records_of, style_of
from provisioner.judge.unfold import unfold
from provisioner.judge.vocabulary import fails

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
        sealer = Sealer(names, own, _flow(tree, names, own), text, records_of(tree, names))
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
