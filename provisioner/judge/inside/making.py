"""Makes the object that a persistent id stands for; see objects.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import (
    doubles,
    enumerations,
    exceptions,
    functions,
    instances,
    mirrors,
    modules,
    values,
)
from .wire import Garbled

if TYPE_CHECKING:
    from .objects import Space


def _ours(space: Space, number: Any) -> Any:
    return space.ours(number)


def _linked(space: Space, number: Any) -> Any:
    return space.links.value(number)


def _not_a_number(space: Space, number: int) -> float:
    return space.nans.of(number)


def _value(space: Space, name: str, *content: Any) -> Any:
    if name == "traceback":
        return None
    return values.READERS[name](*content)


def _shared(space: Space, module: str, name: str) -> Any:
    return values.shared_class(module, name)


def _library(space: Space, module: str, name: str) -> Any:
    if not space.trusting:
        raise Garbled("a function by name")
    return values.find_function(module, name)


def _member(space: Space, kind: Any, name: str) -> Any:
    return enumerations.member(kind, name)


def _bound(space: Space, owner: Any, name: str) -> Any:
    if space.trusting:
        return getattr(owner, name)
    from .permits import checked_attribute

    return checked_attribute(owner, name)


MAKERS: dict[str, Callable[..., Any]] = {
    "y": _ours,
    "l": _linked,
    "n": _ours,
    "v": _value,
    "w": _not_a_number,
    "t": _shared,
    "g": _library,
    "k": mirrors.make_class,
    "f": functions.make,
    "o": instances.make_object,
    "e": exceptions.make,
    "p": exceptions.make_validation,
    "x": _member,
    "b": _bound,
    "m": modules.make_module,
    "i": functions.make_generator,
    "d": doubles.make_double,
}
