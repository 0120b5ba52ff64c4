"""Describes a class of ours for the other side."""

from __future__ import annotations

import abc
import dataclasses
import enum
import sys
import types
import typing
from typing import TYPE_CHECKING, Any

from . import functions

if TYPE_CHECKING:
    pass
from .mirrored import FOLDER, META_SPECIALS

#: Names that a mirrored class has of its own, or must not have.
LEFT_OUT = frozenset(
    f"__{name}__"
    for name in (
        *("new", "init", "class", "dict", "weakref", "getattribute", "getattr", "setattr"),
        *("delattr", "init_subclass", "subclasshook", "slots", "del", "reduce", "reduce_ex"),
        *("getstate", "setstate", "getnewargs", "getnewargs_ex", "module", "doc", "qualname"),
        *("name", "prepare", "set_name", "set", "delete", "class_getitem", "mro_entries"),
        *("instancecheck", "subclasscheck", "sizeof", "copy", "deepcopy", "abstractmethods"),
        *("annotations", "dataclass_fields", "dataclass_params", "match_args", "orig_bases"),
        *("parameters", "firstlineno", "static_attributes", "post_init", "replace", "dir"),
    )
)


def _specials_of(meta: type) -> tuple[str, ...]:
    """Special methods that a metaclass defines."""
    found = []
    for one in meta.__mro__:
        if one in (type, abc.ABCMeta, object) or issubclass(one, enum.EnumMeta):
            break
        found += [name for name in META_SPECIALS if name in vars(one)]
    return tuple(dict.fromkeys(found))


def describe(kind: type) -> tuple[Any, ...]:
    """Name, qualified name, module, text, bases, flavour, members, and what is its own kind's."""
    prepare(kind)
    bases = tuple(_base(one) for one in kind.__bases__)
    own = issubclass(kind, enum.Enum)
    members = []
    for name, value in vars(kind).items():
        found = _member_kind(kind, name, value)
        if found and not (own and name in _members(kind)):
            members.append(found)
    extra: Any = None
    flavour = "class"
    if issubclass(kind, enum.Enum):
        flavour = "enum"
        extra = tuple((name, one._value_) for name, one in _members(kind).items())
    elif dataclasses.is_dataclass(kind):
        flavour = "dataclass"
        extra = _fields(kind)
    elif issubclass(kind, tuple) and hasattr(kind, "_fields"):
        flavour = "named tuple"
        extra = tuple(kind._fields)
    if vars(kind).get("_is_protocol", False):
        flavour, extra = "protocol", _asked_by(kind)
    asks = type(kind) is not type and not issubclass(kind, enum.Enum)
    init = functions.signature_of(kind) if _is_of_feature(kind) else None
    return (
        kind.__name__,
        kind.__qualname__,
        kind.__module__,
        kind.__doc__ if isinstance(kind.__doc__, str) else None,
        bases,
        flavour,
        tuple(members),
        extra,
        asks,
        init,
        getattr(kind, "__match_args__", None),
        (type(kind).__name__, _specials_of(type(kind))),
    )


def _members(kind: Any) -> Any:
    return kind.__members__


def _asked_by(kind: Any) -> tuple[str, ...]:
    """What a protocol asks for, as attributes."""
    found: set[str] = set()
    for one in kind.__mro__:
        if vars(one).get("_is_protocol", False) and one is not typing.Protocol:
            found |= set(vars(one)) | set(getattr(one, "__annotations__", ()))
    return tuple(
        sorted(
            name
            for name in found
            if not name.startswith("_abc_")
            and (not name.startswith("_") or name in _PROTOCOL_SPECIALS)
        )
    )


_PROTOCOL_SPECIALS = ("__len__", "__iter__", "__call__", "__getitem__", "__contains__", "__enter__")


def _is_of_feature(kind: type) -> bool:
    module = sys.modules.get(kind.__module__)
    file = getattr(module, "__file__", None) or ""
    return bool(FOLDER[0]) and file.startswith(FOLDER[0])


def prepare(kind: type) -> None:
    """Note a class that crosses."""


def _base(kind: type) -> type:
    return kind


def _fields(kind: Any) -> tuple[Any, ...]:
    params = getattr(kind, "__dataclass_params__", None)
    return (
        tuple(
            (
                one.name,
                functions.annotation_of(one.type),
                one.init,
                one.repr,
                one.compare,
                one.kw_only,
                one.default is not dataclasses.MISSING
                or one.default_factory is not dataclasses.MISSING,
            )
            for one in dataclasses.fields(kind)
        ),
        bool(getattr(params, "frozen", False)),
    )


def _member_kind(kind: type, name: str, value: Any) -> tuple[Any, ...] | None:
    if name in LEFT_OUT:
        return None
    if isinstance(value, types.FunctionType):
        return (name, "f", functions.flavour(value), _signature(kind, value), value.__doc__)
    if isinstance(value, staticmethod):
        return (name, "s", functions.flavour(value.__func__), _signature(kind, value), None)
    if isinstance(value, classmethod):
        return (name, "c", functions.flavour(value.__func__), None, None)
    if isinstance(value, property):
        return (name, "p", "", None, value.__doc__ if isinstance(value.__doc__, str) else None)
    if name.startswith("__") and name.endswith("__"):
        if value is None or callable(value):
            return (name, "n" if value is None else "f", "", None, None)
        return None
    if isinstance(
        value,
        types.MethodDescriptorType | types.BuiltinFunctionType | types.WrapperDescriptorType,
    ):
        return (name, "f", "", None, None)
    if hasattr(type(value), "__set__") or isinstance(value, types.MemberDescriptorType):
        return (name, "p", "other", None, None)
    return None


def _signature(kind: type, value: Any) -> Any:
    return functions.signature_of(value) if _is_of_feature(kind) else None
