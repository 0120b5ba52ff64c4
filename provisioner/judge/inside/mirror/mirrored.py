"""The class of mirrored classes, and what each of their objects does: ask the other side."""

from __future__ import annotations

import abc
import functools
import inspect
import sys
import types
from collections.abc import Callable
from typing import Any

from ..connection import values
from . import functions, signatures

#: Special methods that Python's own syntax and builtin functions call.
SPECIALS = frozenset(
    f"__{name}__"
    for name in values.words(
        "call iter next len length_hint getitem setitem delitem contains enter exit aenter aexit "
        "await aiter anext reversed eq ne lt le gt ge hash bool int float index complex str repr "
        "format bytes fspath round trunc floor ceil abs neg pos invert missing divmod rdivmod"
    )
) | frozenset(
    f"__{prefix}{name}__"
    for prefix in ("", "r", "i")
    for name in values.words("add sub mul truediv floordiv mod pow matmul and or xor lshift rshift")
)
#: Those that a mirrored class has.
CARRIED = SPECIALS | {"__get__"}
TEXTS = values.words("__repr__ __str__ __format__")
DIFFERENCES = values.words("__sub__ __rsub__")
COMPARISONS = DIFFERENCES | values.words("__eq__ __ne__ __lt__ __le__ __gt__ __ge__ __contains__")
#: Those whose result the tests' side does not take as it is told.
WATCHED = COMPARISONS | {"__abs__", "__round__", "__exit__", "__aexit__"}
_METHODS = (types.FunctionType, staticmethod, classmethod)
#: The process's own Space, for what is unpickled.
SPACES: list[Any] = []


def number_of(value: Any) -> int:
    """The number of a mirrored object, 0 for others."""
    if isinstance(type(value), Mirrored):
        try:
            return object.__getattribute__(value, "_judge_number")  # type: ignore[no-any-return]
        except AttributeError:
            return 0
    return 0


def ask(owner: Any, operation: str, *body: Any) -> Any:
    """Ask the other side about an object of a mirrored class."""
    request = type(owner)._judge_space.peer.request
    return request(operation, number_of(owner) or owner, *body)


def ask_class(cls: Any, operation: str, *body: Any) -> Any:
    """Ask the other side about a mirrored class."""
    return cls._judge_space.peer.request(operation, cls._judge_class_number, *body)


class Mirrored(abc.ABCMeta):
    """The class of mirrored classes.

    Attributes of such a class:
        _judge_space, _judge_class_number: the Space, and the number of the original.
        _judge_asks: whether the original's own class may say what belongs to it.
        _judge_init: the parameters of a call, as signatures.signature_of has them.
        _judge_own: what it was made with, by name.
        _judge_protocol: the names that it asks for, where it is a protocol.
    """

    def __call__(cls, *args: Any, **names: Any) -> Any:
        made = ask_class(cls, "call", args, tuple(names.items()))
        cls._judge_space.note_made(made)
        return made

    def __getattr__(cls, name: str) -> Any:
        if name == "__signature__" and cls.__dict__.get("_judge_init") is not None:
            return signatures.made_signature(cls.__dict__["_judge_init"])
        asked = cls.__dict__.get("_judge_class_number") and not name.startswith("_judge")
        if not asked or name in ("__wrapped__", "__signature__", "__abstractmethods__"):
            raise AttributeError(name)
        return ask_class(cls, "get", name)

    def __setattr__(cls, name: str, value: Any) -> None:
        if name.startswith(("_abc_", "_judge", "__abstractmethods__")):
            type.__setattr__(cls, name, value)
        elif cls.__dict__.get("_judge_own", {}).get(name, cls) is value:
            ask_class(cls, "restore", name)
            type.__setattr__(cls, name, value)
        else:
            ask_class(cls, "set", name, value)
            if callable(value) or any(name in vars(one) for one in cls.__mro__):
                type.__setattr__(cls, name, value)

    def __delattr__(cls, name: str) -> None:
        ask_class(cls, "del", name)
        if name in cls.__dict__:
            type.__delattr__(cls, name)

    def __dir__(cls) -> list[str]:
        return ask_class(cls, "dir")  # type: ignore[no-any-return]

    def __instancecheck__(cls, value: Any) -> bool:
        if type.__instancecheck__(cls, value):
            return True
        wanted = cls.__dict__.get("_judge_protocol")
        if wanted is not None and not number_of(value):
            return all(hasattr(value, name) for name in wanted)
        of_meta = isinstance(value, Mirrored) and issubclass(cls, type)
        if of_meta or (cls.__dict__.get("_judge_asks") and number_of(value)):
            return ask_class(cls, "is instance", value) is True
        return False

    def __subclasscheck__(cls, other: Any) -> bool:
        if type.__subclasscheck__(cls, other):
            return True
        if not cls.__dict__.get("_judge_asks") or not isinstance(other, Mirrored):
            return False
        if type.__subclasscheck__(BaseException, other):
            return False
        return ask_class(cls, "is subclass", other) is True

    def __getitem__(cls, key: Any) -> Any:
        made = ask_class(cls, "item of class", key)
        generic = type(made).__name__ in ("_GenericAlias", "GenericAlias")
        return types.GenericAlias(cls, key) if generic else made


@functools.cache
def meta_with(name: str, specials: tuple[str, ...]) -> Any:
    """The class of mirrored classes whose own class has special methods."""

    def asked(special: str) -> Any:
        return lambda cls, *args: ask_class(cls, "special", special, args)

    names: dict[str, Any] = {one: asked(one) for one in specials if one in META_SPECIALS}
    return type(name, (Mirrored,), names) if names else Mirrored


META_SPECIALS = SPECIALS - (COMPARISONS - {"__contains__", *DIFFERENCES}) - {"__call__", "__hash__"}


class Attribute(property):
    """A property or another descriptor of the original: all is done on the other side.

    Args:
        name: what it is called.
        text: its docstring.
        of_class: whether the original answers its class, too; a property does not.
    """

    def __init__(self, name: str, text: str | None = None, *, of_class: bool = False) -> None:
        super().__init__()
        self.__doc__ = text
        self._name, self._of_class = name, of_class

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        if owner is None:
            return ask_class(kind, "get", self._name) if self._of_class else self
        return ask(owner, "get", self._name)

    def __set__(self, owner: Any, value: Any) -> None:
        ask(owner, "set", self._name, value)

    def __delete__(self, owner: Any) -> None:
        ask(owner, "del", self._name)


class Text:
    """The docstring of a class, and of each of its objects what it says itself."""

    def __init__(self, text: str | None) -> None:
        self._text = text

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        return ask(owner, "get", "__doc__") if number_of(owner) else self._text


def method(name: str, flavour: str = "", ask: Callable[..., Any] = ask, number: int = 0) -> Any:
    """A method that has the original's called, or with `ask_class` a class method.

    Args:
        number: of its class, whose own it stays for objects of a class that overrides it.
    """

    def call(owner: Any, /, *args: Any, **names: Any) -> Any:
        if name == "exception" or "exc_info" in names:
            names = _with_error(owner, names)
        if number and _class_with(name, owner) != number:
            request = SPACES[0].peer.request
            return request("method", number, name, (owner, *args), tuple(names.items()))
        return ask(owner, "method", name, args, tuple(names.items()))

    return functions.flavoured(call, flavour)


def _class_with(name: str, owner: Any) -> Any:
    """The number of the class whose method of that name an object has."""
    for kind in type(owner).__mro__:
        if name in kind.__dict__:
            return kind.__dict__.get("_judge_class_number")
    return None


def _with_error(owner: Any, names: dict[str, Any]) -> dict[str, Any]:
    """What a logger of the other side is given: the exception that is handled on this side."""
    own = type(owner).__module__ == "logging" and names.get("exc_info", True) is True
    return {**names, "exc_info": sys.exc_info()[1]} if own else names


def special_method(name: str, flavour: str = "") -> Callable[..., Any]:
    """A special method that asks; the tests' side shows values among others, see lineup.py."""
    if name == "__call__" or (flavour == "async" and name not in WATCHED):
        return method(name, flavour)  # type: ignore[no-any-return]

    def asked(self: Any, *args: Any) -> Any:
        return ask(self, "special", name, args)

    def watched(self: Any, *args: Any) -> Any:
        return type(self)._judge_space.compare(self, name, *args)

    def awaited(self: Any) -> Any:
        from ..connection import waiting

        return waiting.await_theirs(type(self)._judge_space, self).__await__()

    made: Any = watched if name in WATCHED else awaited if name == "__await__" else asked
    made.__name__ = name
    return made  # type: ignore[no-any-return]


def _get_attribute(self: Any, name: str) -> Any:
    if name.startswith("_judge") or not number_of(self):  # it is being made
        raise AttributeError(name)
    return ask(self, "get", name)


def _set_attribute(self: Any, name: str, value: Any) -> None:
    error = isinstance(self, BaseException)
    asks = number_of(self) and not name.startswith("_judge")  # else it is being made
    if asks and not (error and name.startswith("__")):
        ask(self, "set", name, value)
        if not error and not isinstance(inspect.getattr_static(type(self), name, None), _METHODS):
            return
    object.__setattr__(self, name, value)  # it is found before the class's


def _delete_attribute(self: Any, name: str) -> None:
    ask(self, "del", name)
    if name in _own_names(self):
        object.__delattr__(self, name)


def _own_names(self: Any) -> Any:
    """What lies on this side of an object's names."""
    for kind in type(self).__mro__:
        found = kind.__dict__.get("__dict__")
        if isinstance(found, types.GetSetDescriptorType):
            return found.__get__(self)
    return {}


def _forget(self: Any) -> None:
    number = number_of(self)
    if number:
        try:
            type(self)._judge_space.ended(number)
        except Exception:  # at the interpreter's end
            return


def _reduce(self: Any, protocol: Any = 2) -> Any:
    return _restore, (ask(self, "pickled"),)


def _restore(data: bytes) -> Any:
    return SPACES[0].peer.request("unpickled", data)


#: What every mirrored class has, once among its bases.
ROOTS: dict[str, Any] = {
    "__getattr__": _get_attribute,
    "__setattr__": _set_attribute,
    "__delattr__": _delete_attribute,
    "__dir__": lambda self: ask(self, "dir"),
    "__del__": _forget,
    "__copy__": lambda self: ask(self, "copy"),
    "__deepcopy__": lambda self, memo: ask(self, "deepcopy"),
    "__reduce_ex__": _reduce,
}
#: And those that are no exceptions.
OBJECT_ROOTS: dict[str, Any] = {
    "__dict__": property(lambda self: ask(self, "get", "__dict__")),
    "__new__": lambda c, *a, **n: ask_class(c, "method", "__new__", (c, *a), tuple(n.items())),
    "__getstate__": method("__getstate__"),
    **{name: special_method(name) for name in ("__repr__", "__str__", "__format__")},
}
