"""What the code's process does for the tests."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

from . import evaluation, loops
from .objects import Space


def _call(space: Space, number: int, args: Any, names: Any) -> Any:
    if names:
        return space.ours(number)(*args, **dict(names))
    return space.ours(number)(*args)


def _method(space: Space, number: int, name: str, args: Any, names: Any) -> Any:
    return getattr(space.ours(number), name)(*args, **dict(names))


def _method_of(space: Space, owner: Any, name: str, args: Any, names: Any) -> Any:
    return getattr(owner, name)(*args, **dict(names))


def _get(space: Space, number: int, name: str) -> Any:
    return getattr(space.ours(number), name)


def _get_of(space: Space, owner: Any, name: str) -> Any:
    return getattr(owner, name)


_replaced: dict[tuple[Any, str], Any] = {}


_ABSENT = object()


def _set(space: Space, number: int, name: str, value: Any) -> None:
    owner = space.ours(number)
    if isinstance(owner, type):
        _replaced.setdefault((owner, name), vars(owner).get(name, _ABSENT))
    setattr(owner, name, value)


def _restore(space: Space, number: int, name: str) -> None:
    """Put back what a class had before the tests set it."""
    owner = space.ours(number)
    value = _replaced.pop((owner, name), _ABSENT)
    if value is not _ABSENT:
        setattr(owner, name, value)
    elif name in vars(owner):
        delattr(owner, name)


def _delete(space: Space, number: int, name: str) -> None:
    delattr(space.ours(number), name)


def _dir(space: Space, number: int) -> list[str]:
    return dir(space.ours(number))


def _special(space: Space, owner: Any, name: str, args: Any) -> Any:
    return special(owner, name)(*args)


def special(owner: Any, name: str) -> Any:
    """A special method as Python finds it, bound; raises AttributeError."""
    for kind in type(owner).__mro__:
        if name in vars(kind):
            found = vars(kind)[name]
            bind = getattr(type(found), "__get__", None)
            return found if bind is None else bind(found, owner, type(owner))
    raise AttributeError(name)


def _line_up(space: Space, owner: Any, name: str, others: Any) -> list[Any]:
    """True, False, or None where it raised or said something else, for each of them."""
    answers: list[Any] = []
    for other in others:
        try:
            if name == "==":
                said = owner == other
            elif name == "contains":
                said = other in owner
            else:
                said = getattr(type(owner), name)(owner, other)
            if said is NotImplemented:
                answers.append(None)
                continue
            answers.append(bool(said))
        except Exception:
            answers.append(None)
    return answers


def _item_of_class(space: Space, number: int, key: Any) -> Any:
    return space.ours(number)[key]


def is_instance(space: Space, value: Any, kind: Any) -> bool:
    return isinstance(value, kind)


def is_subclass(space: Space, value: Any, kind: Any) -> bool:
    return issubclass(value, kind)


def _copy(space: Space, value: Any) -> Any:
    return copy.copy(value)


def _deepcopy(space: Space, value: Any) -> Any:
    return copy.deepcopy(value)


def _pickled(space: Space, value: Any) -> bytes:
    return pickle.dumps(value)


def _unpickled(space: Space, data: bytes) -> Any:
    return pickle.loads(data)


def _public(space: Space, number: int) -> list[str]:
    module = space.ours(number)
    named = getattr(module, "__all__", None)
    if named is not None:
        return list(named)
    return [name for name in vars(module) if not name.startswith("_")]


def send_to(space: Space, number: int, value: Any) -> tuple[bool, Any]:
    try:
        return False, space.ours(number).send(value)
    except StopIteration as error:
        return True, error.value


def throw_into(space: Space, number: int, error: Any) -> tuple[bool, Any]:
    try:
        return False, space.ours(number).throw(error)
    except StopIteration as stop:
        return True, stop.value


OPERATIONS_FOR_TESTS: dict[str, Callable[..., Any]] = {
    "call": _call,
    "method": _method,
    "method of": _method_of,
    "get": _get,
    "get of": _get_of,
    "set": _set,
    "restore": _restore,
    "del": _delete,
    "dir": _dir,
    "special": _special,
    "line up": _line_up,
    "item of class": _item_of_class,
    "isinstance": is_instance,
    "issubclass": is_subclass,
    "copy": _copy,
    "deepcopy": _deepcopy,
    "pickled": _pickled,
    "unpickled": _unpickled,
    **evaluation.OPERATIONS,
    "public": _public,
    "send": send_to,
    "throw": throw_into,
    "in task": loops.perform_in,
    "await": loops.start,
    "cancel": loops.cancel,
    "pump": loops.step,
    "finished": loops.finished,
}
