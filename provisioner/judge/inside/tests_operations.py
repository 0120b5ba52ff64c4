"""What the tests' process does for the code, where permits.py allows it."""

from __future__ import annotations

import copy
import os
import pickle
from collections.abc import Callable
from typing import Any

from . import loops, permits
from .code_operations import is_instance, is_subclass, send_to, special, throw_into
from .objects import Space


def _call_tests(space: Space, number: int, args: Any, names: Any) -> Any:
    owner = space.ours(number)
    permits.check_call(owner)
    perturbed = space.peer.perturbation  # type: ignore[attr-defined]
    if perturbed is not None:
        args = tuple([perturbed.changed(one) for one in args])
    return owner(*args, **dict(names))


def _method_tests(space: Space, number: int, name: str, args: Any, names: Any) -> Any:
    owner = space.ours(number)
    permits.check_method(owner, name)
    return getattr(owner, name)(*args, **dict(names))


def _get_tests(space: Space, number: int, name: str) -> Any:
    return permits.checked_attribute(space.ours(number), name)


def _set_tests(space: Space, number: int, name: str, value: Any) -> None:
    owner = space.ours(number)
    permits.check_write(owner, name)
    setattr(owner, name, value)


def _delete_tests(space: Space, number: int, name: str) -> None:
    owner = space.ours(number)
    permits.check_write(owner, name)
    delattr(owner, name)


def _dir_tests(space: Space, number: int) -> list[str]:
    owner = space.ours(number)
    permits.check_method(owner, "__dir__")
    return [name for name in dir(owner) if not name.startswith("_")]


def _special_tests(space: Space, owner: Any, name: str, args: Any) -> Any:
    permits.check_method(owner, name)
    if name not in permits.PROTOCOL:
        raise permits.Refused(name)
    return special(owner, name)(*args)


def _send_tests(space: Space, number: int, value: Any) -> tuple[bool, Any]:
    permits.check_read(space.ours(number), "send")
    return send_to(space, number, value)


def _throw_tests(space: Space, number: int, error: Any) -> tuple[bool, Any]:
    permits.check_read(space.ours(number), "throw")
    return throw_into(space, number, error)


def _copy_tests(space: Space, value: Any) -> Any:
    permits.check_method(value, "__copy__")
    return copy.copy(value)


def _deepcopy_tests(space: Space, value: Any) -> Any:
    permits.check_method(value, "__deepcopy__")
    return copy.deepcopy(value)


_pickles: dict[bytes, bytes] = {}


def _pickled_tests(space: Space, value: Any) -> bytes:
    """A word for a pickle, which stays here: what the code hands back is never unpickled."""
    permits.check_method(value, "__deepcopy__")
    word = os.urandom(16)
    _pickles[word] = pickle.dumps(value)
    return word


def _unpickled_tests(space: Space, word: bytes) -> Any:
    return pickle.loads(_pickles[word])


OPERATIONS_FOR_CODE: dict[str, Callable[..., Any]] = {
    "call": _call_tests,
    "method": _method_tests,
    "get": _get_tests,
    "set": _set_tests,
    "del": _delete_tests,
    "dir": _dir_tests,
    "special": _special_tests,
    "isinstance": is_instance,
    "issubclass": is_subclass,
    "send": _send_tests,
    "throw": _throw_tests,
    "copy": _copy_tests,
    "deepcopy": _deepcopy_tests,
    "pickled": _pickled_tests,
    "unpickled": _unpickled_tests,
    "run": loops.run_own,
}
