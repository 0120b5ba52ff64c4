"""Methods of mirrored classes that ask the other side."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .objects import Space
from .mirrored import COMPARISONS


def asked(name: str) -> Callable[..., Any]:
    """A special method that asks the other side, with the object as it is."""

    def method(self: Any, *args: Any) -> Any:
        return type(self)._judge_space.peer.request("special", self, name, args)

    method.__name__ = name
    return method


def _compared(name: str) -> Callable[..., Any]:
    """A comparison; the side of the tests shows the value among others, see lineup.py."""

    def method(self: Any, other: Any) -> Any:
        space = type(self)._judge_space
        if space.trusting:
            return space.peer.request("special", self, name, (other,))
        return space.compare(self, name, other)

    method.__name__ = name
    return method


def _awaits(self: Any) -> Any:
    from . import waiting

    return waiting.await_object(self).__await__()


def _contains(self: Any, item: Any) -> bool:
    space = type(self)._judge_space
    if space.trusting:
        return space.peer.request("special", self, "__contains__", (item,))  # type: ignore[no-any-return]
    return space.contains(self, item)  # type: ignore[no-any-return]


def _hashed(self: Any) -> int:
    return int(type(self)._judge_space.peer.request("special", self, "__hash__", ()))


def _length(name: str) -> Callable[..., Any]:
    kinds = {"__len__": int, "__bool__": bool, "__int__": int, "__float__": float}
    kind = kinds.get(name, str)

    def method(self: Any) -> Any:
        found = type(self)._judge_space.peer.request("special", self, name, ())
        if not isinstance(found, kind):
            raise TypeError(f"{name} returned {type(found).__name__}")
        return found

    return method


def remote_method(name: str, kind: str, text: Any) -> Any:
    """A function that calls a method of the original."""
    function: Any
    if kind == "async":

        async def async_method(self: Any, /, *args: Any, **names: Any) -> Any:
            return await type(self)._judge_space.peer.request(
                "method", self._judge_number, name, args, tuple(names.items())
            )

        function = async_method
    else:

        def method(self: Any, /, *args: Any, **names: Any) -> Any:
            return type(self)._judge_space.peer.request(
                "method", self._judge_number, name, args, tuple(names.items())
            )

        function = method
    return function


def remote_class_method(name: str, kind: str) -> Any:
    function: Any
    if kind == "async":

        async def async_method(cls: Any, /, *args: Any, **names: Any) -> Any:
            return await cls._judge_space.peer.request(
                "method", cls._judge_class_number, name, args, tuple(names.items())
            )

        function = async_method
    else:

        def method(cls: Any, /, *args: Any, **names: Any) -> Any:
            return cls._judge_space.peer.request(
                "method", cls._judge_class_number, name, args, tuple(names.items())
            )

        function = method
    return function


def remote_static_method(space: Space, number: int, name: str, kind: str) -> Any:
    function: Any
    if kind == "async":

        async def async_method(*args: Any, **names: Any) -> Any:
            return await space.peer.request("method", number, name, args, tuple(names.items()))

        function = async_method
    else:

        def method(*args: Any, **names: Any) -> Any:
            return space.peer.request("method", number, name, args, tuple(names.items()))

        function = method
    return function


def special_method(name: str, flavour: str) -> Any:
    if name in COMPARISONS:
        return _compared(name)
    if name == "__hash__":
        return _hashed
    if name in ("__len__", "__bool__", "__int__", "__float__", "__str__", "__repr__"):
        return _length(name)
    if name == "__call__":
        return remote_method(name, flavour, None)
    if name == "__await__":
        return _awaits
    if name == "__contains__":
        return _contains
    if flavour == "async":
        return remote_method(name, flavour, None)
    return asked(name)
