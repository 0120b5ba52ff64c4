"""Persistent ids: what stands in a message for all that is not builtin data.

One is a tuple; its first part says what it is:
    y number *notes             an object of the reader's own; notes are those of an exception
    l number                    a linked container that the reader has
    n number kind limit         a linked container that is new; its content follows the message
    v name *content             a value of the standard library
    w number                    a float that is not equal to itself: which one
    t module name               a class that both sides have
    a name                      what the module typing has under a name
    g module name               a function of the standard library, which the tests named first
    s name                      standard output, or standard error
    k number description        a class; the description comes with the first mention only
    f number description *link  a function, likewise; the link is to its attributes
    o number class content *link  an object; the link is to what it holds as a list or the like
    e number class …            an exception, p title errors: one of pydantic's; see exceptions.py
    x class name                a member of an enumeration
    b object name               a method bound to an object
    m number name file          a module
    i number kind name          a generator, a coroutine or an asynchronous generator
    d number specials           a double of unittest.mock, from the tests only
    q origin argument …         a generic such as list[int], from the tests only
    r class function …          a property, a class or a static method, from the tests only
"""

from __future__ import annotations

import enum
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..mirror import classes, exceptions, functions, modules, signatures
from ..mirror.described import describe
from . import streams, values
from .links import own_part
from .wire import Encoder, Garbled

if TYPE_CHECKING:
    from .space import Space


class _InFull:
    """A class that is to be described although both sides know its name: it has objects."""

    __slots__ = ("kind",)

    def __init__(self, kind: type) -> None:
        self.kind = kind


def written(space: Space, value: Any, kind: type, encoder: Encoder) -> tuple[Any, ...]:
    """The persistent id of an object; raises Unsupported for what cannot be sent."""
    if kind in values.VALUES:
        return ("v", kind.__name__, *values.VALUES[kind][0](value))
    if kind is float:
        return ("w", space.export(value))
    if kind is _InFull or isinstance(value, type):
        if kind is _InFull:
            value = value.kind
        elif shared := values.shared_name(value):
            return ("t", *shared)
        return ("k", *space.described(value, describe, encoder))
    if not space.trusting and issubclass(kind, signatures.GENERICS):
        return ("q", *signatures.parts_of(value))
    if not space.trusting and kind in (property, classmethod, staticmethod):
        own = (value.fget, value.fset, value.fdel) if kind is property else (value.__func__,)
        return ("r", kind, *own)
    if kind.__module__ == "typing" and (name := values.typing_name(value)):
        return ("a", name)
    if kind is types.MethodType and space.number_of(value.__self__):
        return ("b", value.__self__, value.__name__)
    if isinstance(value, enum.Enum) and values.shared_name(kind) is None:
        return ("x", kind, classes.member_name(value))
    if isinstance(value, BaseException):
        return exceptions.reference(space, value, encoder.chained)
    if kind is types.FrameType:
        raise NotImplementedError("a frame is not handed over")
    if isinstance(value, types.ModuleType):
        file = getattr(value, "__file__", None)
        return ("m", space.export(value), value.__name__, file)
    if kind in functions.GENERATORS:
        return ("i", space.export(value), functions.GENERATORS[kind], value.__name__)
    if found := space.named.name_of(value):
        return ("g", *found)
    if which := streams.which_of(space, value):
        return ("s", which)
    if kind in values.FUNCTIONS:
        told = ("f", *space.described(value, functions.describe, encoder))
        if space.trusting and kind is types.FunctionType and vars(value):
            if not (link := encoder.name(value)):
                encoder.linked.append(link := space.links.add(value))
                space.links.read(value)
            return (*told, link)
        return told
    if not space.trusting and classes.is_double(value):
        specials = None if kind.__name__ == "PropertyMock" else classes.specials_of(value)
        return ("d", space.export(value), specials)
    shown: Any = _InFull(kind) if values.shared_name(kind) else kind
    told = ("o", space.export(value), shown, values.content_of(value))
    if space.trusting and own_part(kind):
        return (*told, encoder.name(value) or encoder.link(value))
    return told


def made(space: Space, waiting: list[Any], reference: Any) -> Any:
    """The object that a persistent id stands for; raises Garbled.

    Args:
        waiting: takes a container that is linked by this, and is to be filled.
    """
    letter, *parts = reference
    if letter == "n":
        number, name, limit = parts
        container = values.new_container(name, limit)
        space.links.add(container, number)
        waiting.append(container)
        return container
    if letter not in _MAKERS or (letter in _OF_TESTS and not space.trusting):
        raise Garbled(f"an unknown reference {letter!r}")
    if letter == "o" and len(parts) > _PARTS_OF_OBJECT:
        *parts, link = parts
        made = classes.make_object(space, *parts)
        if space.links.heard(link) is None:
            space.links.add(made, link)
            waiting.append(made)
        return made
    return _MAKERS[letter](space, *parts)


def _bound(space: Space, owner: Any, name: str) -> Any:
    if not space.trusting:
        from ..mirror.operations import check_read

        if not space.is_exported(owner):
            raise Garbled("a method of no object")
        check_read(owner, name)
    return getattr(owner, name)


_PARTS_OF_OBJECT = 3
#: Letters of what the tests alone may say.
_OF_TESTS = frozenset(("d", "q", "r"))
_MAKERS: dict[str, Callable[..., Any]] = {
    "y": lambda space, number, *notes: exceptions.noted(space.ours(number), notes),
    "l": lambda space, number: space.linked(number),
    "v": lambda space, name, *content: values.make_value(name, *content),
    "w": lambda space, number: space.standin(number, lambda: float("nan"), keep=True),
    "t": lambda space, module, name: values.shared_class(module, name),
    "a": lambda space, name: values.typing_value(name),
    "g": lambda space, *name: space.named.function(*name),
    "s": streams.stream_of,
    "k": classes.make_class,
    "f": functions.make_function,
    "o": classes.make_object,
    "e": exceptions.make,
    "p": exceptions.make_validation,
    "x": classes.make_member,
    "b": _bound,
    "m": modules.make_module,
    "i": functions.make_generator,
    "d": classes.make_double,
    "q": lambda space, *parts: signatures.made_generic(*parts),
    "r": lambda space, kind, *parts: kind(*parts),
}
