"""How a test file wants to be run."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Literal

from provisioner.judge.names import Names

Style = Literal["script", "doctest", "unittest", "functions", "pytest"]
Function = ast.FunctionDef | ast.AsyncFunctionDef
#: What a file names that has unittest look for its tests.
_DRIVERS = frozenset(
    f"unittest.{name}"
    for name in ("main", "TestProgram", "TestLoader", "TestSuite", "TextTestRunner")
) | {"unittest.defaultTestLoader", "unittest.makeSuite"}
#: What only pytest heeds.
_HOOKS = frozenset(
    (
        *("setup_module", "teardown_module", "setup_function", "teardown_function"),
        *("setUpModule", "tearDownModule", "pytest_generate_tests", "pytestmark"),
    )
)


def style_of(tree: ast.Module, names: Names) -> Style:
    """The simplest way of running the file that runs all of it."""
    functions = [
        node for node in tree.body if isinstance(node, Function) and node.name.startswith("test")
    ]
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    known = classes_of(tree)
    cases = [node for node in classes if is_case(node, known, names)]
    mixed_in = [base for case in cases for base in own_bases(case, known)]
    plain = [node for node in classes if is_plain(node, cases, known) and node not in mixed_in]
    if functions and not (plain or cases) and _only_answers(tree, functions):
        return "script"
    if functions or plain:
        simple = not plain and not cases and not _uses_pytest(tree) and not _has_hooks(tree)
        bare = all(not _parameters(node) and not node.decorator_list for node in functions)
        return "functions" if simple and bare else "pytest"
    if any(test_methods(node, known) or _is_one_test(node) for node in cases):
        return "unittest"
    if _is_driven(tree, names) and (classes or loads_by_itself(tree)):
        return "unittest"  # their names, or their base, are made while it runs
    return "doctest" if _has_examples(tree) and not _asserts(tree) else "script"


def classes_of(tree: ast.Module) -> dict[str, ast.ClassDef]:
    """Every class that the file defines, those within others too, by name."""
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}


def own_bases(node: ast.ClassDef, known: Mapping[str, ast.ClassDef]) -> list[ast.ClassDef]:
    """Those bases of a class that the file defines; `Holder.Base` is Base."""
    names = [
        base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
        for base in node.bases
    ]
    return [known[name] for name in names if name in known and known[name] is not node]


def without(node: ast.ClassDef, known: Mapping[str, ast.ClassDef]) -> dict[str, ast.ClassDef]:
    """The other classes: a base is not looked for below itself."""
    return {name: one for name, one in known.items() if one is not node}


def is_case(node: ast.ClassDef, known: Mapping[str, ast.ClassDef], names: Names) -> bool:
    """Whether a class is a unittest.TestCase, by its bases in this file and unittest's own."""
    for base in node.bases:
        origin = names.origin(base)
        if origin.startswith("unittest.") and origin.endswith("TestCase"):
            return True
        if ast.unparse(base).endswith("TestCase"):
            return True
    others = without(node, known)
    return any(is_case(base, others, names) for base in own_bases(node, known))


def is_plain(
    node: ast.ClassDef, cases: Sequence[ast.ClassDef], known: Mapping[str, ast.ClassDef]
) -> bool:
    """Whether pytest takes a class that is no TestCase."""
    named = node.name.startswith("Test") and node not in cases and bool(test_methods(node, known))
    return named and not any(
        isinstance(part, ast.FunctionDef) and part.name == "__init__" for part in node.body
    )


def test_methods(node: ast.ClassDef, known: Mapping[str, ast.ClassDef]) -> dict[str, Function]:
    """Test methods of a class and of those of its bases that the file defines."""
    found: dict[str, Function] = {}
    for base in reversed(own_bases(node, known)):
        found |= test_methods(base, without(node, known))
    for part in node.body:
        if isinstance(part, Function) and part.name.startswith("test"):
            found[part.name] = part
    return found


def _is_one_test(node: ast.ClassDef) -> bool:
    return any(isinstance(part, Function) and part.name == "runTest" for part in node.body)


def loads_by_itself(tree: ast.Module) -> bool:
    """Whether the file says by a function of its own which tests there are."""
    return any(getattr(node, "name", "") == "load_tests" for node in tree.body)


def _is_driven(tree: ast.Module, names: Names) -> bool:
    return any(
        names.origin(node) in _DRIVERS
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute)
    )


def _only_answers(tree: ast.Module, functions: Sequence[Function]) -> bool:
    """Whether functions named as tests assert nothing, and the file's main part calls them."""
    own = {node.name for node in ast.walk(tree) if isinstance(node, Function)}
    for node in (part for function in functions for part in ast.walk(function)):
        match node:
            case ast.Assert() | ast.Raise() | ast.With() | ast.AsyncWith():
                return False
            case ast.Call(func=ast.Name(id=name)) if name in own:
                return False
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
                if name in own or name.startswith(("assert", "fail", "raises", "check")):
                    return False
    return _asserts(tree) and any(
        isinstance(node, ast.If) and "__name__" in ast.unparse(node.test) for node in tree.body
    )


def _has_hooks(tree: ast.Module) -> bool:
    """Whether there is more to running the functions than to call them."""
    for node in tree.body:
        bound = [node.name] if isinstance(node, Function) else []
        if isinstance(node, ast.Assign):
            bound = [getattr(target, "id", "") for target in node.targets]
        if _HOOKS & set(bound):
            return True
    return False


def _parameters(node: Function) -> bool:
    return any(isinstance(part, ast.arg) for part in ast.walk(node.args))


def _uses_pytest(tree: ast.Module) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(
            alias.name.partition(".")[0] == "pytest" for alias in node.names
        ):
            return True
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "pytest":
            return True
    return False


def _asserts(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Assert) for node in ast.walk(tree))


def _has_examples(tree: ast.Module) -> bool:
    """Whether a docstring of the file holds examples."""
    return any(
        ">>>" in (ast.get_docstring(node) or "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | Function)
    )
