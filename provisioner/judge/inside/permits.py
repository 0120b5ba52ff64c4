"""What the code under test may do to objects of the tests: what is listed here, nothing else."""

from __future__ import annotations

import types
from typing import Any

from . import doubles
from .functions import GENERATORS

#: Special methods that Python itself calls on what it was handed.
PROTOCOL = frozenset(
    f"__{name}__"
    for name in (
        *("call", "iter", "next", "len", "length_hint", "getitem", "setitem", "delitem"),
        *("contains", "enter", "exit", "aenter", "aexit", "await", "aiter", "anext", "reversed"),
        *("eq", "ne", "lt", "le", "gt", "ge", "hash", "bool", "int", "float", "index", "complex"),
        *("str", "repr", "format", "bytes", "fspath", "round", "trunc", "floor", "ceil", "abs"),
        *("neg", "pos", "invert", "missing", "divmod", "rdivmod", "deepcopy", "copy", "dir"),
        *(
            f"{prefix}{name}"
            for prefix in ("", "r", "i")
            for name in (
                *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"),
                *("and", "or", "xor", "lshift", "rshift"),
            )
        ),
    )
)
_ABOUT_CLASSES = frozenset(("__name__", "__qualname__", "__module__", "__doc__", "__class__"))
#: What makes a double answer, and what it tells the tests.
_DOUBLES = frozenset(
    (
        *("return_value", "side_effect", "called", "call_count", "call_args", "call_args_list"),
        *("mock_calls", "method_calls", "await_count", "await_args", "await_args_list"),
        *("attach_mock", "configure_mock", "mock_add_spec", "reset_mock"),
    )
)
_CLOSED = (
    types.ModuleType,
    types.CodeType,
    types.FrameType,
    types.TracebackType,
    types.CellType,
)
_FUNCTIONS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    *GENERATORS,
)
_GENERATOR_METHODS = frozenset(("send", "throw", "close", "asend", "athrow", "aclose"))


class Refused(AttributeError):
    """The code under test asked for what it may not have."""


def _is_runner(kind: type) -> bool:
    from .exceptions import RUNNERS

    for one in kind.__mro__:
        module = getattr(one, "__module__", "") or ""
        if isinstance(module, str) and module.partition(".")[0] in RUNNERS:
            return module != "unittest.mock"
    return False


def check_read(owner: Any, name: Any) -> None:
    """Raise Refused unless an attribute may be read."""
    if not isinstance(name, str):
        raise Refused("no name")
    kind = type(owner)
    if name in _ABOUT_CLASSES and not issubclass(kind, types.ModuleType):
        return
    if issubclass(kind, _CLOSED) or _is_runner(kind):
        raise Refused(f"{kind.__name__}.{name} is the tests' own")
    if issubclass(kind, _FUNCTIONS):
        if name in _GENERATOR_METHODS and issubclass(kind, tuple(GENERATORS)):
            return
        if name.startswith("_") or name not in getattr(owner, "__dict__", ()):
            raise Refused(f"{kind.__name__}.{name} is the tests' own")
        return
    if name.startswith("_"):
        raise Refused(f"{kind.__name__}.{name} is the tests' own")
    if doubles.is_double(owner) and name.startswith(("assert_", "mock_")):
        raise Refused(f"{name} of a double is the tests' own")


def check_write(owner: Any, name: Any) -> None:
    """Raise Refused unless an attribute may be set or deleted."""
    check_read(owner, name)
    if isinstance(owner, type) or issubclass(type(owner), _FUNCTIONS) or name.startswith("_"):
        raise Refused(f"{name} is the tests' own")
    if doubles.is_double(owner) and name in _DOUBLES:
        raise Refused(f"{name} of a double is the tests' own")


def checked_attribute(owner: Any, name: Any) -> Any:
    """An attribute of an object of the tests; raises Refused or AttributeError."""
    check_read(owner, name)
    return getattr(owner, name)


def check_method(owner: Any, name: Any) -> None:
    """Raise Refused unless a method may be called."""
    if name in PROTOCOL:
        if issubclass(type(owner), _CLOSED) or _is_runner(type(owner)):
            raise Refused(f"{type(owner).__name__}.{name} is the tests' own")
        return
    check_read(owner, name)


def check_call(owner: Any) -> None:
    """Raise Refused unless what was handed over may be called."""
    kind = owner if isinstance(owner, type) else type(owner)
    if kind is type or issubclass(kind, type) or _is_runner(kind):
        raise Refused(f"{kind.__name__} is the tests' own")
