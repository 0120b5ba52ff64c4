"""What the judge knows of a suite before it runs it."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from provisioner.judge.packages import Packages
from provisioner.judge.verdict import Isolation
from provisioner.suite.isolation import constructs_of
from provisioner.suite.origins import Origins
from provisioner.suite.parse import Function, called, decoded
from provisioner.suite.style import (
    Style,
    classes_of,
    ends_with_runner,
    loads_by_itself,
    style_of,
    test_methods,
)

#: Imported once in the warm processes, where the sources mention them: each takes its time.
_WARM = {
    "unittest": b"unittest",
    "unittest.mock": b"mock",
    "pytest": b"pytest",
    "pydantic": b"pydantic",
    "fastapi": b"fastapi",
    "httpx": b"httpx",
    "sqlalchemy.orm": b"sqlalchemy",
    "starlette.testclient": b"testclient",
    "hypothesis": b"hypothesis",
    "dataclasses": b"dataclass",
    "decimal": b"Decimal",
    "sqlite3": b"sqlite3",
    "asyncio": b"async",
    "doctest": b"doctest",
    "logging.config": b"logging",
    "timeit": b"timeit",
    "jinja2": b"jinja2",
    "yaml.constructor": b"yaml",
}
#: Plug-ins of pytest, where the tests mention what they are for; others are not loaded.
_PLUGINS = {
    "pytest_asyncio.plugin": rb"async",
    "anyio.pytest_plugin": rb"anyio",
    "pytest_mock": rb"\b\w*mocker\b",
    "junitxml": rb"record_",
    "cacheprovider": rb"[(,]\s*cache\b",
}
#: A property of hypothesis is tried 100 times, mostly with many calls.
_EXAMPLES = 300
_ASSERTING = ("assert", "fail", "raises", "warns", "check", "deprecated")


@dataclass(frozen=True, slots=True)
class PreparedSuite:
    """A suite that can be run, or why not.

    Attributes:
        style: the runner it wants.
        source: what is executed.
        tests: about how many tests it holds, each property as so many.
        fault: why it cannot be run, "" where it can.
        asserting: tests whose own source holds assertions, as ``Class.method`` or ``function``.
        asserts: whether anything in the file asserts anything, as far as its source says.
        why_shared: what needs the process of the code, "" for nothing.
    """

    style: Style
    source: str
    tests: int
    fault: str = ""
    asserting: frozenset[str] = frozenset()
    asserts: bool = True
    why_shared: str = ""

    @property
    def isolation(self) -> Isolation:
        return "shared" if self.why_shared else "separate"

    @property
    def plugins(self) -> list[str]:
        """Plug-ins of pytest that the tests make use of."""
        text = self.source.encode(errors="replace")
        return [name for name, mention in _PLUGINS.items() if re.search(mention, text)]


def prepare(tests: bytes) -> PreparedSuite:
    """Read a suite."""
    try:
        return _prepare(tests)
    except RecursionError:
        return PreparedSuite("script", "", 0, "test.py: it is nested too deeply to be read")
    except (SyntaxError, ValueError, MemoryError) as error:
        where = f"line {error.lineno}: " if isinstance(error, SyntaxError) and error.lineno else ""
        said = error.msg if isinstance(error, SyntaxError) else str(error)
        return PreparedSuite("script", "", 0, f"test.py: {where}{type(error).__name__}: {said}")


def _prepare(tests: bytes) -> PreparedSuite:
    tree = ast.parse(tests)
    text = io.StringIO(decoded(tests)[0], newline=None).read()
    origins = Origins(tree)
    found = constructs_of(origins)
    shared = next((one for one in found if one.kind != "text"), None)
    style = style_of(tree, origins)
    if style != "script" and ends_with_runner(tree, origins):
        del tree.body[-1]
        text = "".join(text.splitlines(keepends=True)[: tree.body[-1].end_lineno])
    known = classes_of(origins)
    functions = [one for one in tree.body if getattr(one, "name", "").startswith("test")]
    return PreparedSuite(
        style,
        text,
        len(functions)
        + sum(len(test_methods(node, known)) for node in known.values())
        + _EXAMPLES * sum(called(one) == "given" for one in origins.nodes),
        fault=f"test.py: {found[0]}: what main.py returns would run there"
        if found and not shared
        else "",
        asserting=_asserting(tree),
        asserts=style == "doctest" or loads_by_itself(tree) or _asserts(origins, style),
        why_shared=f"test.py: {shared}" if shared else "",
    )


def without_runner(tests: bytes) -> bytes:
    """The source of tests that can be imported, with all other lines where they were."""
    try:
        tree = ast.parse(tests)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return tests
    origins = Origins(tree)
    if style_of(tree, origins) == "script" or not ends_with_runner(tree, origins):
        return tests
    return b"".join(tests.splitlines(keepends=True)[: tree.body[-1].lineno - 1])


def _asserts(origins: Origins, style: Style) -> bool:
    """Whether anything in a file can fail for what main.py answers."""
    for node in origins.nodes:
        match node:
            case ast.Assert() | ast.Raise():
                return True
            case ast.If() | ast.IfExp() if style == "script":
                return True
            case ast.Attribute(attr=name) | ast.Name(id=name) if name.startswith(_ASSERTING):
                return True
    return False


def _asserting(tree: ast.Module) -> frozenset[str]:
    """Names of tests that hold an assert statement or call an assert method."""
    classes = [(f"{one.name}.", one.body) for one in tree.body if isinstance(one, ast.ClassDef)]
    return frozenset(
        f"{holder}{node.name}"
        for holder, body in [("", tree.body), *classes]
        for node in body
        if isinstance(node, Function) and any(map(_is_assertion, ast.walk(node)))
    )


def _is_assertion(node: ast.AST) -> bool:
    match node:
        case ast.Assert():
            return True
        case ast.Call(func=ast.Attribute(attr=name)):
            return name.startswith("assert")
    return False


def job_for(
    suite: PreparedSuite,
    tests: bytes,
    code: Mapping[str, bytes],
    only: Collection[str] | None,
    packages: Packages,
) -> dict[str, Any]:
    """What both processes are told of a run."""
    sources = b"\n".join(code.values())
    warm = [name for name, mention in _WARM.items() if mention in tests]
    for_code = [name for name, mention in _WARM.items() if mention in sources]
    plugins = suite.plugins if suite.style == "pytest" else []
    return {
        "style": suite.style,
        "isolation": suite.isolation,
        "tests": suite.source,
        "modules": sorted(_modules(code)),
        "paths": packages.of_tests,
        "of_tool": packages.of_runner,
        "paths_code": list(packages.code.packages),
        "warm": warm,
        "warm_code": [name for name in for_code if name not in ("pytest", "hypothesis")],
        "plugins": plugins,
        "only": None if only is None else sorted(only),
        "perturb": "",
        "mixed": False,
    }


def _modules(code: Mapping[str, bytes]) -> set[str]:
    """Names under which the feature's files can be imported."""
    names = set()
    for file in code:
        if file.endswith(".py") and file != "test.py":
            parts = file.removesuffix(".py").removesuffix("/__init__").split("/")
            names |= {".".join(parts[:end]) for end in range(1, len(parts) + 1)}
    return names - {"", "__init__"}
