"""Doubles of unittest.mock, as the code sees them."""

from __future__ import annotations

import abc
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .objects import Space
from .instances import make_object
from .mirrored import (
    Mirrored,
    delete_attribute,
    forget_object,
    get_attribute,
    list_names,
    set_attribute,
)
from .special import remote_method, special_method


def is_double(value: object) -> bool:
    """Whether a value is a double of unittest.mock."""
    mock = sys.modules.get("unittest.mock")
    return mock is not None and isinstance(value, mock.NonCallableMock)


_DOUBLE_SPECIALS = (
    *("__len__", "__iter__", "__contains__", "__getitem__", "__setitem__", "__delitem__"),
    *("__enter__", "__exit__", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"),
    *("__int__", "__float__", "__bool__", "__hash__", "__str__", "__repr__", "__index__"),
    *("__aenter__", "__aexit__", "__aiter__", "__next__", "__add__", "__sub__", "__mul__"),
    *("__truediv__", "__radd__", "__rmul__", "__mod__", "__and__", "__or__", "__fspath__"),
)


_doubles: dict[tuple[int, bool], Any] = {}


def make_double(space: Space, number: int, can_call: Any) -> Any:
    """An object that asks a double of the tests for everything."""
    if can_call == "property":
        return _double_property(space, number)
    kind = _doubles.get((id(space), can_call))
    if kind is None:
        names: dict[str, Any] = {
            "__module__": "unittest.mock",
            "__qualname__": "Mock",
            "_judge_class_number": 0,
            "_judge_space": space,
            "__dict__": property(lambda self: {}),
            "__getattr__": get_attribute,
            "__setattr__": set_attribute,
            "__delattr__": delete_attribute,
            "__dir__": list_names,
            "__del__": forget_object,
            "__class__": property(lambda self: get_attribute(self, "__class__")),
        }
        for name in _DOUBLE_SPECIALS:
            names[name] = special_method(name, "")
        if can_call:
            names["__call__"] = remote_method("__call__", "", None)
        kind = _doubles[id(space), can_call] = abc.ABCMeta.__new__(Mirrored, "Mock", (), names)
    return make_object(space, number, kind, None)


def _double_property(space: Space, number: int) -> Any:
    """A property that asks a PropertyMock of the tests."""

    def read(self: Any) -> Any:
        return space.peer.request("call", number, (), ())

    def write(self: Any, value: Any) -> None:
        space.peer.request("call", number, (value,), ())

    return space.standin(number, lambda: property(read, write), keep=True)
