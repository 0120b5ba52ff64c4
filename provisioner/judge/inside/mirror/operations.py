"""What each side does for the other with an object that it holds; see permits.py."""

from __future__ import annotations

import copy
import os
import pickle
from collections.abc import Callable
from typing import Any

_MISSING = object()
_replaced: dict[tuple[Any, str], Any] = {}
#: Pickles that were made here, by the word that the other side has for one.
PICKLES: dict[bytes, bytes] = {}


def _set(owner: Any, name: str, value: Any) -> None:
    if isinstance(owner, type):
        _replaced.setdefault((owner, name), vars(owner).get(name, _MISSING))
    setattr(owner, name, value)


def _restore(owner: Any, name: str) -> None:
    """Put back what a class had before the tests set it."""
    value = _replaced.pop((owner, name), _MISSING)
    if value is not _MISSING:
        setattr(owner, name, value)
    elif name in vars(owner):
        delattr(owner, name)


def special(owner: Any, name: str) -> Any:
    """A special method as Python finds it, bound; raises AttributeError."""
    for kind in type(owner).__mro__:
        if name in vars(kind):
            found = vars(kind)[name]
            bind = getattr(type(found), "__get__", None)
            return found if bind is None else bind(found, owner, type(owner))
    raise AttributeError(name)


def _line_up(owner: Any, name: str, others: Any) -> list[Any]:
    """True, False, or None where it raised or said something else, for each of them."""
    performed: dict[str, Callable[[Any], Any]] = {
        "==": lambda other: owner == other,
        "contains": lambda other: other in owner,
    }
    perform = performed.get(name) or (lambda other: getattr(type(owner), name)(owner, other))
    answers: list[Any] = []
    for other in others:
        try:
            said = perform(other)
            answers.append(None if said is NotImplemented else bool(said))
        except Exception:  # judged code raises anything: no answer
            answers.append(None)
    return answers


def _pickled(owner: Any) -> bytes:
    word = os.urandom(16)
    PICKLES[word] = pickle.dumps(owner)
    return word


def _public(module: Any) -> list[str]:
    named = getattr(module, "__all__", None)
    if named is not None:
        return list(named)
    return [name for name in vars(module) if not name.startswith("_")]


def _step(advance: Callable[[Any], Any], value: Any) -> tuple[bool, Any]:
    """Whether a generator has ended, and what it gave."""
    try:
        return False, advance(value)
    except StopIteration as error:
        return True, error.value


def _call(owner: Any, args: Any, names: Any) -> Any:
    return owner(*args, **dict(names)) if names else owner(*args)


#: Operation: what is done, with the object and what else was sent.
OPERATIONS: dict[str, Callable[..., Any]] = {
    "call": _call,
    "method": lambda owner, name, args, names: getattr(owner, name)(*args, **dict(names)),
    "get": getattr,
    "set": _set,
    "restore": _restore,
    "del": delattr,
    "dir": dir,
    "special": lambda owner, name, args: special(owner, name)(*args),
    "item of class": lambda owner, key: owner[key],
    "is instance": lambda owner, value: isinstance(value, owner),
    "is subclass": lambda owner, value: issubclass(value, owner),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickled": _pickled,
    "unpickled": lambda word: pickle.loads(PICKLES.get(word) or word),
    "line up": _line_up,
    "public": _public,
    "send": lambda owner, value: _step(owner.send, value),
    "throw": lambda owner, error: _step(owner.throw, error),
}
