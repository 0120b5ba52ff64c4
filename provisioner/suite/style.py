"""How a test file wants to be run, and the runner that it may end with."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Literal

from provisioner.suite.origins import Origins
from provisioner.suite.parse import Function

Style = Literal["script", "doctest", "unittest", "functions", "pytest"]
#: What a file names that has unittest look for its tests.
_DRIVERS = frozenset(
    f"unittest.{name}"
    for name in (
        *("main", "TestProgram", "TestLoader", "TestSuite", "TextTestRunner"),
        *("defaultTestLoader", "makeSuite"),
    )
)
_MAINS = ("unittest.main", "pytest.main")
_EXITS = ("sys.exit", "builtins.exit", "builtins.SystemExit")
#: What only pytest heeds.
_HOOKS = frozenset(
    (
        *("setup_module", "teardown_module", "setup_function", "teardown_function"),
        *("setUpModule", "tearDownModule", "pytest_generate_tests", "pytestmark"),
    )
)
_CHECKS = ("assert", "fail", "raises", "check")


def style_of(tree: ast.Module, origins: Origins) -> Style:
    """The simplest way of running the file that runs all of it.

    A file that leaves with a number of its own counting is a script.
    """
    try:
        style = _style(tree, origins)
    except RecursionError:
        return "script"
    if style in ("functions", "pytest"):
        registered = {
            getattr(decorator, "id", "")
            for node in origins.nodes
            if isinstance(node, Function)
            for decorator in node.decorator_list
        }
        tests = {getattr(node, "name", "") for node in tree.body}
        tests = {name for name in tests if name.startswith("test")}
        if (tests and tests <= registered) or _counts_itself(tree.body[-1], origins):
            return "script"
    return style


def _style(tree: ast.Module, origins: Origins) -> Style:
    functions = [one for one in tree.body if isinstance(one, Function) and _is_test(one)]
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    known = classes_of(origins)
    cases = [node for node in classes if _is_case(node, known, origins)]
    mixed_in = [base for case in cases for base in _own_bases(case, known)]
    plain = [one for one in classes if one not in (*cases, *mixed_in) and _is_plain(one, known)]
    if functions and not (plain or cases) and _only_answer(tree, origins, functions):
        return "script"
    if functions or plain:
        bare = all(not _has_parameters(one) and not one.decorator_list for one in functions)
        simple = not plain and not cases and bare and not _needs_pytest(tree, origins)
        return "functions" if simple else "pytest"
    if any(test_methods(node, known) or _method_names(node) & {"runTest"} for node in cases):
        return "unittest"
    if (classes or loads_by_itself(tree)) and any(
        origins.one(node) in _DRIVERS
        for node in origins.nodes
        if isinstance(node, ast.Name | ast.Attribute)
    ):
        return "unittest"  # their names, or their base, are made while it runs
    return "doctest" if _has_examples(origins) and not _has_assert(origins) else "script"


def classes_of(origins: Origins) -> dict[str, ast.ClassDef]:
    """Every class that the file defines, those within others too, by name."""
    return {node.name: node for node in origins.nodes if isinstance(node, ast.ClassDef)}


def test_methods(node: ast.ClassDef, known: Mapping[str, ast.ClassDef]) -> dict[str, Function]:
    """Test methods of a class and of those of its bases that the file defines."""
    found: dict[str, Function] = {}
    for base in reversed(_own_bases(node, known)):
        found |= test_methods(base, _without(node, known))
    own = [part for part in node.body if isinstance(part, Function) and _is_test(part)]
    return found | {part.name: part for part in own}


def loads_by_itself(tree: ast.Module) -> bool:
    """Whether the file says by a function of its own which tests there are."""
    return any(getattr(node, "name", "") == "load_tests" for node in tree.body)


def _is_test(node: Function) -> bool:
    return node.name.startswith("test")


def _own_bases(node: ast.ClassDef, known: Mapping[str, ast.ClassDef]) -> list[ast.ClassDef]:
    """Those bases of a class that the file defines; `Holder.Base` is Base."""
    names = [getattr(base, "attr", "") or getattr(base, "id", "") for base in node.bases]
    return [known[name] for name in names if name in known and known[name] is not node]


def _without(node: ast.ClassDef, known: Mapping[str, ast.ClassDef]) -> dict[str, ast.ClassDef]:
    """The other classes: a base is not looked for below itself."""
    return {name: one for name, one in known.items() if one is not node}


def _is_case(node: ast.ClassDef, known: Mapping[str, ast.ClassDef], origins: Origins) -> bool:
    """Whether a class is a unittest.TestCase, by its bases in this file and unittest's own."""
    for base in node.bases:
        if ast.unparse(base).endswith("TestCase") or (
            origins.one(base).startswith("unittest.") and origins.one(base).endswith("TestCase")
        ):
            return True
    others = _without(node, known)
    return any(_is_case(base, others, origins) for base in _own_bases(node, known))


def _is_plain(node: ast.ClassDef, known: Mapping[str, ast.ClassDef]) -> bool:
    """Whether pytest takes a class that is no TestCase."""
    tests = node.name.startswith("Test") and bool(test_methods(node, known))
    return tests and "__init__" not in _method_names(node)


def _method_names(node: ast.ClassDef) -> set[str]:
    return {part.name for part in node.body if isinstance(part, Function)}


def _only_answer(tree: ast.Module, origins: Origins, functions: list[Function]) -> bool:
    """Whether functions named as tests assert nothing, and the file's main part calls them."""
    own = {node.name for node in origins.nodes if isinstance(node, Function)}
    for node in (part for function in functions for part in ast.walk(function)):
        match node:
            case ast.Assert() | ast.Raise() | ast.With() | ast.AsyncWith():
                return False
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
                if name in own or name.startswith(_CHECKS):
                    return False
    return _has_assert(origins) and any(
        isinstance(node, ast.If) and "__name__" in ast.unparse(node.test) for node in tree.body
    )


def _needs_pytest(tree: ast.Module, origins: Origins) -> bool:
    """Whether there is more to running the functions than to call them."""
    for node in origins.nodes:
        match node:
            case ast.Import(names=aliases):
                if any(alias.name.partition(".")[0] == "pytest" for alias in aliases):
                    return True
            case ast.ImportFrom(module=str(module)):
                if module.partition(".")[0] == "pytest":
                    return True
    bound = {getattr(node, "name", "") for node in tree.body if isinstance(node, Function)}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            bound |= {getattr(target, "id", "") for target in node.targets}
    return bool(_HOOKS & bound)


def _has_parameters(node: Function) -> bool:
    return any(isinstance(part, ast.arg) for part in ast.walk(node.args))


def _has_assert(origins: Origins) -> bool:
    return any(isinstance(node, ast.Assert) for node in origins.nodes)


def _has_examples(origins: Origins) -> bool:
    """Whether a docstring of the file holds examples."""
    return any(
        ">>>" in (ast.get_docstring(node) or "")
        for node in origins.nodes
        if isinstance(node, ast.Module | ast.ClassDef | Function)
    )


# ---- the last statement


def _left_with(node: ast.stmt, origins: Origins) -> Iterator[ast.expr]:
    """What `sys.exit(…)` or `raise SystemExit(…)` is given."""
    match node:
        case (
            ast.Expr(value=ast.Call(func=func, args=[value]))
            | ast.Raise(exc=ast.Call(func=func, args=[value]))
        ) if origins.one(func) in _EXITS:
            yield value


def _counts_itself(node: ast.stmt, origins: Origins) -> bool:
    """``sys.exit(failed)`` and its like, with anything but a runner in it."""
    return any(
        not (isinstance(value, ast.Call) and origins.one(value.func) in _MAINS)
        for value in _left_with(node, origins)
    )


def ends_with_runner(tree: ast.Module, origins: Origins) -> bool:
    """Whether a file ends with a runner that would run where the file is imported.

    ``unittest.main()``, ``sys.exit(pytest.main([__file__]))``; with a guard, as in
    ``if __name__ == "__main__":``, it is not reached in the first place.
    """
    last = tree.body[-1]
    if len(tree.body) < 2 or last.col_offset:
        return False
    called = [*_left_with(last, origins), getattr(last, "value", None)]
    return any(isinstance(one, ast.Call) and origins.one(one.func) in _MAINS for one in called)
