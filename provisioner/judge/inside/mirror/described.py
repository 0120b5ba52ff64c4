"""Classes of ours, described for the other side."""

from __future__ import annotations

import abc
import dataclasses
import enum
import inspect
import types
import typing
from typing import TYPE_CHECKING, Any, NamedTuple

from ..connection.values import shared_name, words
from . import functions, signatures
from .mirrored import CARRIED, META_SPECIALS, SPACES, number_of

if TYPE_CHECKING:
    from ..connection.space import Space

_ATTRIBUTES = (types.MemberDescriptorType, types.GetSetDescriptorType)
_IN_C = types.MethodDescriptorType | types.BuiltinFunctionType | types.WrapperDescriptorType
#: What makes a task or a future one of a loop of the process that it is in.
_OF_FUTURES = "_asyncio_future_blocking"
_OF_FIELDS = ("init", "repr", "compare", "kw_only", "default", "default_factory")
_OF_PROTOCOLS = words("__len__ __iter__ __call__ __getitem__ __contains__ __enter__")


def is_carried(name: str) -> bool:
    """Whether a member of that name is carried: what steers Python itself and this is not."""
    special = name.startswith("__") and name.endswith("__")
    told = name in CARRIED or name == "__init__"  # asked for its signature
    return not name.startswith("_judge") and (not special or told)


class Description(NamedTuple):
    """What one side tells of a class.

    Attributes:
        members: (name, letter, flavour, signature, text); the letter says which kind of member;
            for the text stands a function of the code's itself where it has attributes.
        extra: the members of an enumeration, the fields of a dataclass or a named tuple, the names
            that a protocol asks for.
        asks: whether its own class may say what belongs to it.
        init: the parameters of a call.
        meta: name and special methods of its own class, and names of abstract methods.
        notes: its annotations by name.
    """

    name: str
    qualified: str
    module: str
    text: str | None
    bases: tuple[Any, ...]
    members: tuple[Any, ...]
    extra: tuple[str, Any]
    asks: bool
    init: Any
    match: Any
    meta: tuple[str, tuple[str, ...], tuple[str, ...]]
    notes: tuple[Any, ...]


def describe(kind: Any, space: Space) -> tuple[Any, ...]:
    """A Description; signatures are told of classes whose files lie in the feature's folder."""
    told = signatures.is_of_feature(space, kind.__module__)
    enumeration = issubclass(kind, enum.Enum)
    left_out = kind.__members__ if enumeration else ()
    members = [
        _member(kind, name, value, told)
        for name, value in vars(kind).items()
        if name not in left_out
    ]
    specials: list[str] = []
    notes = vars(kind).get("__annotations__", {}) if told else {}
    for meta in type(kind).__mro__:
        if meta in (type, abc.ABCMeta, object) or issubclass(meta, enum.EnumMeta):
            break
        specials += [name for name in META_SPECIALS if name in vars(meta)]
    return tuple(
        Description(
            kind.__name__,
            kind.__qualname__,
            kind.__module__,
            kind.__doc__ if isinstance(kind.__doc__, str) else None,
            kind.__bases__,
            tuple([one for one in members if one is not None]),
            _extra(kind),
            type(kind) is not type and not enumeration,
            signatures.signature_of(kind) if told else None,
            getattr(kind, "__match_args__", None),
            (type(kind).__name__, tuple(dict.fromkeys(specials)), _abstract(kind)),
            tuple((name, signatures.annotation_of(it)) for name, it in notes.items()),
        )
    )


def _abstract(kind: type) -> tuple[str, ...]:
    return tuple(getattr(kind, "__abstractmethods__", ()))


def _member(kind: type, name: str, value: Any, told: bool) -> tuple[Any, ...] | None:
    """One member of a class, None for what is not carried."""
    if not is_carried(name):
        return None
    signature = signatures.signature_of(value) if told and callable(value) else None
    function = getattr(value, "__func__", value)
    text = value.__doc__ if isinstance(value.__doc__, str) else None
    asked = told and SPACES[0].trusting and isinstance(function, types.FunctionType)
    if asked and vars(function).keys() - {"__isabstractmethod__"}:
        text = function
    if isinstance(value, staticmethod | classmethod):
        static = isinstance(value, staticmethod)
        flavour = functions.flavour_of(function)
        return (name, "s" if static else "c", flavour, signature if static else None, text)
    if isinstance(value, types.FunctionType):
        return (name, "f", functions.flavour_of(value), signature, text)
    if isinstance(value, property):
        return (name, "p", "", None, text)
    if name == _OF_FUTURES or (name in CARRIED and value is None):
        return (name, "n", "", None, None)
    if name in CARRIED:
        return (name, "f", "", None, None) if callable(value) else None
    if isinstance(value, _IN_C):
        return (name, "f", "", None, None)
    found = [(one, vars(one)[name]) for one in kind.__mro__[1:] if name in vars(one)]
    hides = any(hasattr(type(there), "__get__") or shared_name(one) for one, there in found)
    if hides or hasattr(type(value), "__set__") or isinstance(value, _ATTRIBUTES):
        return (name, "p", "of class", None, None)
    return None


def _extra(kind: Any) -> tuple[str, Any]:
    if vars(kind).get("_is_protocol", False):
        names: set[str] = set()
        for one in kind.__mro__:
            if vars(one).get("_is_protocol", False) and one is not typing.Protocol:
                names |= set(vars(one)) | set(getattr(one, "__annotations__", ()))
        asked = (one for one in names if one[0] != "_" or one in _OF_PROTOCOLS)
        return "protocol", tuple(sorted(asked))
    if issubclass(kind, enum.Enum):
        return "enumeration", tuple((name, one._value_) for name, one in kind.__members__.items())
    if dataclasses.is_dataclass(kind):
        frozen = bool(getattr(getattr(kind, "__dataclass_params__", None), "frozen", False))
        return "dataclass", (frozen, *(_field(one) for one in dataclasses.fields(kind)))
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return "named tuple", tuple(kind._fields)
    return "", None


def _field(one: Any) -> tuple[Any, ...]:
    options = [(name, getattr(one, name)) for name in _OF_FIELDS]
    given = [option for option in options if option[1] is not dataclasses.MISSING]
    return (one.name, signatures.annotation_of(one.type), (*given, ("metadata", {**one.metadata})))


def _found_statically(owner: Any, name: str) -> Any:
    """What a protocol of Python 3.12 and later looks at; a mirrored object is asked."""
    try:
        return inspect.getattr_static(owner, name)
    except AttributeError:
        if not number_of(owner):
            raise
        return getattr(owner, name)


if hasattr(typing, "_lazy_load_getattr_static"):
    typing._lazy_load_getattr_static = lambda: _found_statically
