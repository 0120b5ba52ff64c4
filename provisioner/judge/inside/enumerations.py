"""Enumerations of the other side, as enumerations of ours."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .objects import Space
from .mirrored import SPACES, Attribute

#: Enumerations made here, which stand for those of the other side.
ENUMS: dict[type, int] = {}


def make_enumeration(
    space: Space, number: int, name: str, bases: Any, names: dict[str, Any], members: Any
) -> Any:
    meta = type(next(one for one in bases if issubclass(one, enum.Enum)))
    namespace = meta.__prepare__(name, bases)
    for key, value in names.items():
        if not key.startswith("_judge"):
            if callable(value) and key not in ("__eq__", "__hash__"):
                value = _of_member(key, value)
            if isinstance(value, Attribute | property):
                value = property(_reads(key))
            try:
                namespace[key] = value
            except (TypeError, ValueError):
                continue
    namespace.pop("__new__", None)
    for key in ("__eq__", "__hash__", "_generate_next_value_", "__reduce_ex__"):
        namespace.pop(key, None)
    for key, value in members:
        namespace[key] = value
    made = meta(name, bases, namespace)
    ENUMS[made] = number
    type.__setattr__(made, "_judge_space", space)
    type.__setattr__(made, "_judge_class_number", number)
    return made


def _of_member(name: str, function: Any) -> Any:
    if isinstance(function, staticmethod | classmethod):
        return function

    def method(self: Any, *args: Any, **names: Any) -> Any:
        return SPACES[0].peer.request("method of", self, name, args, tuple(names.items()))

    method.__name__ = name
    return method


def _reads(name: str) -> Any:
    def read(self: Any) -> Any:
        return SPACES[0].peer.request("get of", self, name)

    return read


def member(kind: Any, name: Any) -> Any:
    """A member of an enumeration by name; a flag may be several."""
    if not issubclass(kind, enum.Enum):
        raise TypeError("no enumeration")
    if not isinstance(name, str):
        return kind(name)
    return kind.__members__[name]


def member_name(value: Any) -> Any:
    """What `member` takes."""
    if isinstance(value, enum.Flag) and value.name not in type(value).__members__:
        return value.value
    return value.name
