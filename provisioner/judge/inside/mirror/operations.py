"""What each side does for the other with an object that it holds.

The tests do anything with the code's. What the code under test may do to the tests' is listed in
CHECKS, and nothing else.
"""

from __future__ import annotations

import ast
import copy
import enum
import logging
import os
import pickle
import types
from collections.abc import Callable
from typing import Any

from ..connection.values import words
from .classes import is_double
from .exceptions import is_runner
from .functions import GENERATORS
from .mirrored import SPECIALS

_MISSING = object()
#: What classes had before the tests set it, and the objects by id on which they set something.
_replaced: dict[tuple[Any, str], Any] = {}
_set_on: set[tuple[int, str]] = set()
#: Pickles that were made here, by the word that the other side has for one.
PICKLES: dict[bytes, bytes] = {}


def _set(owner: Any, name: str, value: Any) -> None:
    if isinstance(owner, type):
        _replaced.setdefault((owner, name), vars(owner).get(name, _MISSING))
    else:
        _set_on.add((id(owner), name))
    setattr(owner, name, value)


def _restore(owner: Any, name: str) -> None:
    """Put back what a class had before the tests set it."""
    value = _replaced.pop((owner, name), _MISSING)
    if value is not _MISSING:
        setattr(owner, name, value)
    elif name in vars(owner):
        delattr(owner, name)


def _delete(owner: Any, name: str) -> None:
    """Delete an attribute; a class has back what it had before the tests set it."""
    if isinstance(owner, type) and (owner, name) in _replaced:
        _restore(owner, name)
    else:
        delattr(owner, name)


def special(owner: Any, name: str) -> Any:
    """A special method as Python finds it, bound; raises AttributeError."""
    for kind in type(owner).__mro__:
        if name in vars(kind):
            found = vars(kind)[name]
            bind = getattr(type(found), "__get__", None)
            return found if bind is None else bind(found, owner, type(owner))
    raise AttributeError(name)


def _look(owner: Any, name: str, other: Any) -> Any:
    """What a comparison says: True, False, NotImplemented, or the exception that it raised."""
    performed: dict[str, Callable[[], Any]] = {
        "__eq__": lambda: owner == other,
        "__contains__": lambda: other in owner,
    }
    try:
        said = performed.get(name, lambda: getattr(type(owner), name)(owner, other))()
        return said if said is NotImplemented else bool(said)
    except Exception as error:  # who asks may want to raise it
        return error


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


def _method(owner: Any, name: str) -> Any:
    """A method; below what the tests have put in its place, for who asks kept the method itself."""
    if _replaced or _set_on:
        of_class = isinstance(owner, type)
        for kind in owner.__mro__ if of_class else type(owner).__mro__:
            found = _replaced.get((kind, name), vars(kind).get(name, _MISSING))
            if found is not _MISSING:
                if (kind, name) in _replaced or (id(owner), name) in _set_on:
                    bind = getattr(type(found), "__get__", lambda found, *to: found)
                    return bind(found, None if of_class else owner, owner if of_class else kind)
                break
    return getattr(owner, name)


def _call(owner: Any, args: Any, names: Any) -> Any:
    return owner(*args, **dict(names)) if names else owner(*args)


#: Operation: what is done, with the object and what else was sent.
OPERATIONS: dict[str, Callable[..., Any]] = {
    "call": _call,
    "method": lambda owner, name, args, names: _method(owner, name)(*args, **dict(names)),
    "get": getattr,
    "set": _set,
    "restore": _restore,
    "del": _delete,
    "dir": dir,
    "special": lambda owner, name, args: special(owner, name)(*args),
    "item of class": lambda owner, key: owner[key],
    "is instance": lambda owner, value: isinstance(value, owner),
    "is subclass": lambda owner, value: issubclass(value, owner),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickled": _pickled,
    "unpickled": lambda word: pickle.loads(PICKLES.get(word) or word),
    "look": _look,
    "public": _public,
    "send": lambda owner, value: _step(owner.send, value),
    "throw": lambda owner, error: _step(owner.throw, error),
}


# ---- what the code may have done

_ABOUT_CLASSES = words("__name__ __qualname__ __module__ __doc__ __class__")
#: What the library reads: of a handler, a runner's own among them, a log record, a syntax tree.
_OF_LIBRARY = {
    logging.Handler: words("level handle"),
    logging.LogRecord: words("__dict__"),
    ast.AST: words("_fields _attributes"),
}
#: By which libraries that draw and write pages have an object show itself.
_SHOWN = words("__rich__ __rich_console__ __rich_measure__ __html__")
_COPIES = words("__copy__ __deepcopy__ __dir__")
#: What makes a double answer, and what it tells the tests.
_OF_DOUBLES = words(
    "return_value side_effect called call_count call_args call_args_list mock_calls method_calls "
    "await_count await_args await_args_list attach_mock configure_mock mock_add_spec reset_mock"
)
_CLOSED = (types.ModuleType, types.CodeType, types.FrameType, types.TracebackType, types.CellType)
#: Modules whose classes read attributes by name, or call what they are given.
_MAKERS_OF_FUNCTIONS = ("operator", "functools")
_GENERATORS = tuple(GENERATORS)
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, *_GENERATORS)
_GENERATOR_METHODS = words("send throw close asend athrow aclose")


class Refused(AttributeError):
    """The code under test asked for what it may not have."""


def _refuse(owner: Any, name: Any) -> None:
    raise Refused(f"{type(owner).__name__}.{name} is the tests' own")


def check_owner(operation: str, owner: Any) -> None:
    """Raise Refused unless an operation is on an object that the code was handed.

    That is known by number, or a member of an enumeration; a class that both sides know is neither.
    """
    member = isinstance(owner, enum.Enum) and operation not in ("set", "del")  # both sides have it
    if operation != "unpickled" and type(owner) is not int and not member:
        raise Refused(f"{operation} of what is the tests' own")


def _is_open(owner: Any, name: str) -> bool:
    """Whether an object is asked for its state, and all of that is public."""
    return name == "__dict__" and all(one[:1] != "_" for one in getattr(owner, name, ("_",)))


def check_read(owner: Any, name: Any) -> None:
    """Raise Refused unless an attribute may be read."""
    kind = type(owner)
    if not isinstance(name, str):
        raise Refused("no name")
    if name in _ABOUT_CLASSES and not issubclass(kind, types.ModuleType):
        return
    if any(issubclass(kind, one) and name in names for one, names in _OF_LIBRARY.items()):
        return
    if issubclass(kind, _CLOSED) or is_runner(kind):
        _refuse(owner, name)
    if name in _GENERATOR_METHODS and issubclass(kind, _GENERATORS):
        return
    if name.startswith("_") and name not in _SHOWN and not _is_open(owner, name):
        _refuse(owner, name)
    if issubclass(kind, _FUNCTIONS) and name not in getattr(owner, "__dict__", ()):
        _refuse(owner, name)
    if is_double(owner) and (name in _OF_DOUBLES or name.startswith(("assert_", "mock_"))):
        _refuse(owner, name)


def _check_write(owner: Any, name: Any, *value: Any) -> None:
    check_read(owner, name)
    method = callable(getattr(type(owner), name, None))  # by which the tests may check
    if method or isinstance(owner, (type, *_FUNCTIONS)) or name.startswith("_"):
        _refuse(owner, name)


def _check_call(owner: Any, *body: Any) -> None:
    kind = owner if isinstance(owner, type) else type(owner)
    if kind is type or issubclass(kind, type) or is_runner(kind):
        _refuse(owner, "__call__")
    if kind is owner and kind.__module__ in _MAKERS_OF_FUNCTIONS:
        _refuse(owner, "__call__")


def _check_method(owner: Any, name: Any, *body: Any) -> None:
    if name == "__call__":
        _check_call(owner)
    elif name not in SPECIALS and name not in _COPIES:
        check_read(owner, name)
    elif issubclass(type(owner), _CLOSED) or is_runner(type(owner)):
        _refuse(owner, name)


def _check_special(owner: Any, name: Any, *body: Any) -> None:
    if name not in SPECIALS:
        _refuse(owner, name)
    _check_method(owner, name)


def _check_word(word: Any) -> None:
    if word not in PICKLES:
        raise Refused("a pickle that the tests' process has not made")


def read_state(owner: Any) -> dict[str, Any]:
    """What `vars` says to the code of an object: a copy, which sets nothing."""
    return dict(vars(owner))


def public_names(owner: Any) -> list[str]:
    """What the code is told of an object's names."""
    return [name for name in dir(owner) if not name.startswith("_")]


def _named(name: str) -> Callable[..., None]:
    return lambda owner, *body: _check_method(owner, name)


#: Operation: what raises Refused unless the code may have it done, with the object and the rest.
CHECKS: dict[str, Callable[..., None]] = {
    "call": _check_call,
    "method": _check_method,
    "get": check_read,
    "set": _check_write,
    "del": _check_write,
    "dir": _named("__dir__"),
    "special": _check_special,
    "is instance": lambda owner, value: None,
    "is subclass": lambda owner, value: None,
    "copy": _named("__copy__"),
    "deepcopy": _named("__deepcopy__"),
    "pickled": _named("__deepcopy__"),
    "unpickled": _check_word,
    "send": lambda owner, value: check_read(owner, "send"),
    "throw": lambda owner, error: check_read(owner, "throw"),
}
