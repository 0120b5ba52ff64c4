"""The class of mirrored classes, and what each of their objects does: ask the other side."""

from __future__ import annotations

import abc
import inspect
import types
from typing import TYPE_CHECKING, Any

from . import functions

if TYPE_CHECKING:
    from .objects import Space


#: The feature's folder; files below it are the feature's.
FOLDER = [""]


SPACES: list[Any] = []


COMPARISONS = frozenset(("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"))


class Mirrored(abc.ABCMeta):
    """The class of mirrored classes."""

    _judge_class_number: int
    _judge_space: Space

    def __call__(cls, *args: Any, **names: Any) -> Any:
        made = cls._judge_space.peer.request(
            "call", cls._judge_class_number, args, tuple(names.items())
        )
        note = cls._judge_space.received.get("made")
        if note is not None:
            note([made])
        return made

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("_judge") or name in ("__wrapped__", "__signature__"):
            if name == "__signature__":
                return _signature_of_class(cls)
            raise AttributeError(name)
        if not cls.__dict__.get("_judge_class_number") or name == "__abstractmethods__":
            raise AttributeError(name)
        return cls._judge_space.peer.request("get", cls._judge_class_number, name)

    def __setattr__(cls, name: str, value: Any) -> None:
        if not name.startswith(("_abc_", "_judge", "__abstractmethods__")):
            if cls.__dict__.get("_judge_own", {}).get(name, cls) is value:
                cls._judge_space.peer.request("restore", cls._judge_class_number, name)
                type.__setattr__(cls, name, value)
                return
            cls._judge_space.peer.request("set", cls._judge_class_number, name, value)
            if any(name in vars(one) for one in cls.__mro__) or callable(value):
                type.__setattr__(cls, name, value)
            return
        type.__setattr__(cls, name, value)

    def __delattr__(cls, name: str) -> None:
        cls._judge_space.peer.request("del", cls._judge_class_number, name)
        if name in cls.__dict__:
            type.__delattr__(cls, name)

    def __dir__(cls) -> list[str]:
        return cls._judge_space.peer.request("dir", cls._judge_class_number)  # type: ignore[no-any-return]

    def __instancecheck__(cls, value: Any) -> bool:
        if type.__instancecheck__(cls, value):
            return True
        if (wanted := cls.__dict__.get("_judge_protocol")) is not None and not number_of(value):
            return all(hasattr(value, name) for name in wanted)
        if not cls.__dict__.get("_judge_asks") or not number_of(value):
            return False
        return cls._judge_space.peer.request("isinstance", value, cls) is True

    def __subclasscheck__(cls, other: Any) -> bool:
        if type.__subclasscheck__(cls, other):
            return True
        if not cls.__dict__.get("_judge_asks") or not isinstance(other, Mirrored):
            return False
        if type.__subclasscheck__(BaseException, other):
            return False
        return cls._judge_space.peer.request("issubclass", other, cls) is True

    def __getitem__(cls, key: Any) -> Any:
        return cls._judge_space.peer.request("item of class", cls._judge_class_number, key)

    def __or__(cls, other: Any) -> Any:
        return type.__or__(cls, other)


def _meta_special(name: str) -> Any:
    def ask(cls: Any, *args: Any) -> Any:
        return cls._judge_space.peer.request("special", cls, name, args)

    return ask


_metas: dict[tuple[str, tuple[str, ...]], Any] = {}


def meta_with(name: str, specials: tuple[str, ...]) -> Any:
    """The class of mirrored classes whose own class has special methods."""
    if not specials:
        return Mirrored
    key = name, specials
    if key not in _metas:
        methods = {one: _meta_special(one) for one in specials if one in META_SPECIALS}
        _metas[key] = type(name, (Mirrored,), methods)
    return _metas[key]


META_SPECIALS = ("__len__", "__iter__", "__contains__", "__getitem__", "__str__", "__repr__")


def _signature_of_class(cls: Any) -> Any:
    init = cls.__dict__.get("_judge_init")
    if init is None:
        raise AttributeError("__signature__")
    return functions.made_signature(init)


class Attribute:
    """A descriptor of the original that is no property: all is done on the other side."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        if owner is None:
            return kind._judge_space.peer.request("get", kind._judge_class_number, self.name)
        return kind._judge_space.peer.request("get", owner._judge_number, self.name)

    def __set__(self, owner: Any, value: Any) -> None:
        space = type(owner)._judge_space
        space.peer.request("set", owner._judge_number, self.name, value)

    def __delete__(self, owner: Any) -> None:
        type(owner)._judge_space.peer.request("del", owner._judge_number, self.name)


def remote_property(name: str, text: Any) -> property:
    """A property that is read, set and deleted on the other side."""
    attribute = Attribute(name)

    def read(self: Any) -> Any:
        return attribute.__get__(self, type(self))

    return property(read, attribute.__set__, attribute.__delete__, text)


def get_attribute(self: Any, name: str) -> Any:
    if name.startswith("_judge"):
        raise AttributeError(name)
    return type(self)._judge_space.peer.request("get", self._judge_number, name)


def set_attribute(self: Any, name: str, value: Any) -> None:
    if name.startswith("_judge") or (name.startswith("__") and isinstance(self, BaseException)):
        object.__setattr__(self, name, value)
        return
    kind = type(self)
    number = number_of(self)
    if not number:  # it is being made
        object.__setattr__(self, name, value)
        return
    kind._judge_space.peer.request("set", number, name, value)
    held = inspect.getattr_static(kind, name, None)
    if isinstance(held, types.FunctionType | staticmethod | classmethod):
        object.__setattr__(self, name, value)  # it is found before the class's
    elif isinstance(self, BaseException):
        object.__setattr__(self, name, value)


def delete_attribute(self: Any, name: str) -> None:
    type(self)._judge_space.peer.request("del", self._judge_number, name)
    if name in _own_names(self):
        object.__delattr__(self, name)


def _own_names(self: Any) -> Any:
    """What lies on this side of an object's names."""
    return _own_dict(self)


def list_names(self: Any) -> Any:
    return type(self)._judge_space.peer.request("dir", self._judge_number)


def forget_object(self: Any) -> None:
    number = number_of(self)
    if number:
        try:
            type(self)._judge_space.drop(number)
        except Exception:  # at the interpreter's end
            return


def copy_object(self: Any) -> Any:
    return type(self)._judge_space.peer.request("copy", self)


def deepcopy_object(self: Any, memo: Any) -> Any:
    return type(self)._judge_space.peer.request("deepcopy", self)


def reduce_object(self: Any, protocol: Any = 2) -> Any:
    data = type(self)._judge_space.peer.request("pickled", self)
    return _restore, (data,)


def _restore(data: bytes) -> Any:
    return SPACES[0].peer.request("unpickled", data)


def names_of(self: Any) -> Any:
    return type(self)._judge_space.peer.request("get", self._judge_number, "__dict__")


def _own_dict(self: Any) -> Any:
    for kind in type(self).__mro__:
        found = kind.__dict__.get("__dict__")
        if isinstance(found, types.GetSetDescriptorType):
            return found.__get__(self)
    return {}


def format_object(self: Any, spec: str) -> str:
    return _request_text(self, "__format__", spec)


def _request_text(self: Any, name: str, *args: Any) -> str:
    text = type(self)._judge_space.peer.request("special", self, name, args)
    if not isinstance(text, str):
        raise TypeError(f"{name} returned non-string")
    return text


def number_of(value: Any) -> int:
    """The number of a mirrored object, 0 for others."""
    kind = type(value)
    if isinstance(kind, Mirrored):
        try:
            return object.__getattribute__(value, "_judge_number")  # type: ignore[no-any-return]
        except AttributeError:
            return 0
    return 0
