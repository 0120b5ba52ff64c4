"""Objects of mirrored classes."""

from __future__ import annotations

import collections
import collections.abc
import types
import weakref
from typing import TYPE_CHECKING, Any

from . import values

if TYPE_CHECKING:
    from .objects import Space
from .mirrored import Mirrored

MUTABLE_BASES = (
    *(list, dict, set, bytearray, collections.OrderedDict, collections.Counter),
    *(collections.defaultdict, collections.deque, types.SimpleNamespace),
)


_BASES = (*values.CONTENT, *MUTABLE_BASES)


def content_of(value: Any, kind: type) -> Any:
    """What an object of a class that extends an immutable builtin one holds of it."""
    for base in kind.__mro__:
        if base in values.CONTENT:
            try:
                return (values.CONTENT[base](value),)
            except Exception:
                return None
    return None


def make_object(space: Space, number: int, kind: Any, content: Any) -> Any:
    """The mirrored object of that number."""

    def make() -> Any:
        if not isinstance(kind, Mirrored):
            raise TypeError(f"{getattr(kind, '__name__', kind)} has no objects of its own")
        if content is None:
            base = next(
                (b for b in kind.__mro__ if b in values.CONTENT or b in MUTABLE_BASES), None
            )
            maker: Any = base or object
            made = maker.__new__(kind)
        else:
            base = next(one for one in kind.__mro__ if one in values.CONTENT)
            made = _with_content(base, kind, content[0])
        object.__setattr__(made, "_judge_number", number)
        return made

    return space.standin(number, make)


def _with_content(base: Any, kind: Any, content: Any) -> Any:
    import datetime

    if base is datetime.datetime:
        return base.__new__(
            kind,
            content.year,
            content.month,
            content.day,
            content.hour,
            content.minute,
            content.second,
            content.microsecond,
            content.tzinfo,
        )
    if base is datetime.date:
        return base.__new__(kind, content.year, content.month, content.day)
    if base is datetime.timedelta:
        return base.__new__(kind, content.days, content.seconds, content.microseconds)
    return base.__new__(kind, content)


def watch(space: Space, made: Any, number: int) -> None:
    """Remember a stand-in as long as it lives here."""
    if isinstance(type(made), Mirrored):
        try:
            space.standins[number] = weakref.ref(made)
        except TypeError:  # integers and tuples have no weak references
            return
        return
    space.theirs[id(made)] = number
    key = id(made)

    def ended(_: Any) -> None:
        space.theirs.pop(key, None)
        space.drop(number)

    space.standins[number] = weakref.ref(made, ended)
