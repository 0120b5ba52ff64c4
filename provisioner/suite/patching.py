"""What tests replace while they run, beside the names of the module under test."""

from __future__ import annotations

import ast
from collections.abc import Collection
from typing import Literal

from provisioner.suite.origins import Origins

Patched = Literal["patched_builtins", "patched_library", "patched_modules"]

_PATCHERS = frozenset(
    f"{holder}{name}"
    for holder in ("unittest.mock.patch", "mock.patch", "mock.mock.patch")
    for name in ("", ".object", ".multiple", ".dict")
)
#: Methods of pytest's monkeypatch, whatever name it has there.
_METHODS = frozenset(("setattr", "delattr", "setitem", "delitem"))
#: Replaced for both processes by the proxy: what main reads of its surroundings.
_SURROUNDINGS = frozenset(
    ("sys.argv", "sys.stdin", "sys.stdout", "sys.stderr", "os.environ", "sys.path")
)


def target_of(node: ast.AST, origins: Origins, modules: Collection[str]) -> Patched | None:
    """What kind of thing a statement or call replaces; None for main's names and the tests' own."""
    match node:
        case ast.Call():
            target = _patched(node, origins)
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript() as place]):
            target = _assigned(place, origins)
        case _:
            return None
    if not target or target in _SURROUNDINGS or target.partition(".")[0] in modules:
        return None
    if any(target.startswith(f"{name}.") for name in _SURROUNDINGS):
        return None
    if target.startswith("sys.modules"):
        planted = target.removeprefix("sys.modules").removeprefix(".")
        return None if planted in modules else "patched_modules"
    return "patched_builtins" if target.startswith("builtins.") else "patched_library"


def _patched(node: ast.Call, origins: Origins) -> str:
    """The dotted name of what a call of patch, setattr or monkeypatch replaces, or ""."""
    func, args = node.func, node.args
    if not args:
        return ""
    called = ast.unparse(func).removeprefix("mocker.") if _is_mocker(func) else ""
    patcher = called or next(iter(origins.of(func) & _PATCHERS), "")
    if patcher.endswith("patch"):
        return _text(args[0])
    if patcher.endswith((".dict", ".multiple")):
        holder = _text(args[0]) or _imported(args[0], origins)
        names = [keyword.arg for keyword in node.keywords if keyword.arg]
        return f"{holder}.{names[0]}" if patcher.endswith(".multiple") and names else holder
    if patcher or "builtins.setattr" in origins.of(func):
        return _member(args, origins)
    if isinstance(func, ast.Attribute) and func.attr in _METHODS:
        named = _is_text(args[0]) and func.attr in ("setattr", "delattr")
        return _text(args[0]) if named else _member(args, origins)
    return ""


def _is_mocker(func: ast.expr) -> bool:
    """`mocker.patch`, `mocker.patch.object`, `mocker.spy`, of pytest-mock's fixture."""
    return ast.unparse(func).startswith(("mocker.patch", "mocker.spy"))


def _member(args: list[ast.expr], origins: Origins) -> str:
    holder = _imported(args[0], origins)
    name = _text(args[1]) if len(args) > 1 else ""
    return f"{holder}.{name}" if holder and name else ""


def _assigned(place: ast.Attribute | ast.Subscript, origins: Origins) -> str:
    """`time.sleep = fake`, `sys.modules["requests"] = fake`."""
    if isinstance(place, ast.Attribute):
        holder = _imported(place.value, origins)
        return f"{holder}.{place.attr}" if holder else ""
    holder = _imported(place.value, origins)
    return f"sys.modules.{_text(place.slice)}" if holder == "sys.modules" else ""


def _imported(node: ast.expr, origins: Origins) -> str:
    return min(origins.of(node), default="")


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
