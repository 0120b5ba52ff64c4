"""The red phase: tests must fail before there is any code, and by their own doing.

They run against a stub of main.py, written from what they take from it.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from provisioner.judge.judge import Judge
from provisioner.judge.suite import prepare
from provisioner.judge.verdict import Judgement
from provisioner.suite.origins import Origins
from provisioner.suite.parse import called

#: Errors that say the test itself is broken, whatever main.py does.
_OWN_FAULTS = frozenset(
    ("ImportError", "ModuleNotFoundError", "SyntaxError", "NameError", "UnboundLocalError")
)
_BASE = Path(__file__).with_name("stub_base.py")
_EXPECTING = frozenset(
    ("assertRaises", "assertRaisesRegex", "raises", "assertWarns", "assertWarnsRegex", "warns")
)
_SETTING = ("object", "setattr", "delattr")
_PATCHED = re.compile(r"main\.([A-Za-z_]\w*)")


@dataclass(frozen=True, slots=True)
class RedReport:
    """Whether a suite is fit to be frozen.

    Attributes:
        ok: every test ran against the stub and failed by its own doing.
        reason: one line why not, "" where ok.
        judgement: what happened against the stub.
        passing: names of the tests that passed against the stub.
    """

    ok: bool
    reason: str
    judgement: Judgement
    passing: tuple[str, ...] = ()


async def see_red(judge: Judge, tests: bytes) -> RedReport:
    """Judge the tests against a stub of main.py that can do nothing."""
    judgement = await judge.judge(tests, {"main.py": stub_for(tests)}, confirm=False)
    passing = tuple(test.name for test in judgement.tests if test.outcome == "passed")
    reason = _fault(judgement, passing)
    if not reason and not prepare(tests).asserts:  # it fails on a stub, and passes on any code
        reason = "vacuous: nothing in test.py asserts anything"
    return RedReport(ok=not reason, reason=reason, judgement=judgement, passing=passing)


def _fault(judgement: Judgement, passing: tuple[str, ...]) -> str:
    if judgement.fault or judgement.verdict in ("hung", "crashed", "tampered", "vacuous"):
        return f"{judgement.verdict}: {judgement.reason}"
    if not judgement.tests:
        return "vacuous: no test was collected"
    if passing:
        return f"passes without any code: {', '.join(passing)}"
    skipped = [test.name for test in judgement.tests if test.outcome == "skipped"]
    if skipped:
        return f"skipped, which proves nothing: {', '.join(skipped)}"
    broken = [test for test in judgement.tests if test.error_type in _OWN_FAULTS]
    if broken:
        return f"{broken[0].name} fails by its own fault: {broken[0].error_type}"
    return ""


# ---- the stub


def stub_for(tests: bytes) -> bytes:
    """A main.py that has every name the tests use and can do nothing.

    Functions, constants and methods raise NotImplementedError when used, classes when made into
    objects; what the tests expect to be raised is an exception class. The NotImplementedError is
    one that `except Exception` does not catch. A suite that cannot be parsed gives a stub without
    names.
    """
    try:
        tree = ast.parse(tests)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = ast.Module([], [])
    use = _Use(tree)
    lines = [_definition(name, use) for name in sorted(use.names)]
    public = sorted(name for name in use.names if not name.startswith("_"))
    return "\n".join((_BASE.read_text(), f"\n__all__ = {public!r}\n", *lines, "")).encode()


def _definition(name: str, use: _Use) -> str:
    if name in use.raised or name.endswith(("Error", "Exception")):
        return f"class {name}(Exception): pass"
    if name in use.inherited or (name[:1].isupper() and not name.isupper()):
        return f"{name} = missing_class({name!r})"
    return f"{name} = Missing({name!r})"


class _Use:
    """What a test file takes from main.

    Attributes:
        names: all it takes.
        raised: those it expects to be raised, or catches.
        inherited: those it inherits from.
    """

    def __init__(self, tree: ast.Module) -> None:
        self._origins = Origins(tree)
        self.names: set[str] = set()
        self.raised: set[str] = set()
        self.inherited: set[str] = set()
        for node in self._origins.nodes:
            self.names |= self._named(node)
            self._look(node)
        self.names |= self.raised | self.inherited

    def _look(self, node: ast.AST) -> None:
        match node:
            case ast.ImportFrom(module="main", names=aliases, level=0):
                self.names |= {alias.name for alias in aliases} - {"*"}
            case ast.ExceptHandler(type=ast.expr() as kind):
                self.raised |= self._named(kind)
            case ast.Call(args=[first, *_]) if called(node) in _EXPECTING:
                self.raised |= self._named(first)
            case ast.Raise(exc=ast.Call(func=func)):
                self.raised |= self._named(func)
            case ast.ClassDef(bases=bases):
                self.inherited |= {name for base in bases for name in self._named(base)}
            case ast.Call(args=[module, ast.Constant(value=str(text)), *_]):
                if "main" in self._origins.of(module) and called(node) in _SETTING:
                    self.names.add(text)
            case ast.Constant(value=str(text)) if match := _PATCHED.match(text):
                self.names.add(match[1])

    def _named(self, node: ast.AST) -> set[str]:
        """Names of main's that an expression is, or as a tuple holds."""
        if isinstance(node, ast.Tuple):
            return {name for part in node.elts for name in self._named(part)}
        if isinstance(node, ast.Name) and node.id.startswith("__"):
            return set()  # a module's own, whatever `from main import *` brings
        origins = (one.split(".") for one in self._origins.of(node))
        return {parts[1] for parts in origins if len(parts) == 2 and parts[0] == "main"}
