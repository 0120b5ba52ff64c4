"""Says in words what a check is about, never with its values."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Mapping

from provisioner.suite.parse import Test, below, called, is_docstring

_LENGTH = 160
_PLAIN = frozenset(dir(builtins)) | {"deepcopy", "copy", "fabs", "isclose"}
_KINDS = {ast.List: "list", ast.Tuple: "tuple", ast.Dict: "dict", ast.Set: "set"}


def test_in_words(test: Test) -> str:
    """What a test checks: its docstring's first line if that holds no value, else its name."""
    node = test.node
    owner = test.names[0].rpartition(".")[0]
    text = _words(node.name.removeprefix("test"))
    if is_docstring(node.body[0]):
        line = (ast.get_docstring(node) or "").strip().partition("\n")[0]
        text = line if line and not re.search(r"[\d'\"`=<>\[\]{}()]", line) else text
    values = _values(node)
    kept = [
        "…" if word.strip(".,;:!?-").lower() in values or any(map(str.isdigit, word)) else word
        for word in text.split()
    ]
    about = _words(owner.removeprefix("Test").removesuffix("Test").removesuffix("Tests"))
    said = " ".join(kept) or "a further test"
    return (f"{about}: {said}" if about else said)[:_LENGTH]


def assertion_in_words(node: ast.AST, aliases: Mapping[str, str]) -> str:
    """What an assertion checks: whom it calls, with what kinds of arguments."""
    calls = [call for call in below(node, ast.Call) if _subject(call)]
    if not calls:
        return "a further assertion"
    call = calls[-1]
    kinds = [_kind(argument) for argument in call.args]
    kinds += [f"{keyword.arg}={_kind(keyword.value)}" for keyword in call.keywords if keyword.arg]
    name = called(call)
    return f"what {aliases.get(name, name)}({', '.join(kinds)}) does"[:_LENGTH]


def _subject(call: ast.Call) -> bool:
    """Whether a call is of what is tested, not of the assertion's own means."""
    name = called(call)
    own = ("assert", "raises", "warns", "approx", "fail")
    return bool(name) and not name.startswith(own) and name not in _PLAIN


def _kind(node: ast.expr) -> str:
    if isinstance(node, ast.UnaryOp):
        return _kind(node.operand)
    if isinstance(node, ast.Constant):
        return "…" if node.value is None else type(node.value).__name__
    return _KINDS.get(type(node), "…")


def _words(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z\d])(?=[A-Z])", "_", name)
    return " ".join(part if part.isupper() else part.lower() for part in spaced.split("_") if part)


def _values(node: ast.AST) -> set[str]:
    """Strings that a test passes or expects; keys and what is looked up by name are none."""
    keys = {key for table in below(node, ast.Dict) for key in table.keys}
    keys |= {look_up.slice for look_up in below(node, ast.Subscript)}
    values = [part.value for part in below(node, ast.Constant) if part not in keys]
    return {value.lower() for value in values if isinstance(value, str)}
