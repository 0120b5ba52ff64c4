"""Classes of the other side, mirrored from its descriptions, and their objects.

A mirrored class has the bases of the original as far as both sides know them, and a method for
each of the original's that asks the other side. Its objects hold a number and no state.
"""

from __future__ import annotations

import abc
import array
import dataclasses
import enum
import inspect
import sys
import types
import typing
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from ..connection.values import ATOMS, CONTAINERS, EXTENDED, words
from . import functions, mirrored, signatures
from .described import Description, is_carried
from .mirrored import CARRIED, SPECIALS, Mirrored

if TYPE_CHECKING:
    from ..connection.space import Space

MUTABLE_BASES = tuple(kind for kind in CONTAINERS if kind is not array.array)
DATA = (*ATOMS, *CONTAINERS, *EXTENDED)
#: What a library has on this side as well, and is no class of the code's.
_OF_RUNNERS = words("pytest _pytest unittest hypothesis builtins __main__ test judge_inside")
_KINDS_OF_METHOD: dict[str, Any] = {"s": staticmethod, "c": classmethod}
_EXTENDABLE = 1 << 10  # Py_TPFLAGS_BASETYPE
_MADE = 1 << 9  # Py_TPFLAGS_HEAPTYPE


def make_class(space: Space, number: int, description: Any) -> Any:
    """The mirrored class of that number."""
    found = space.kept.get(number)
    if found is None:
        if description is None:
            return space.order.on_its_way(lambda: space.kept.get(number))
        found = _mirror(space, number, Description(*description))
        space.keep(number, found)
    return found


def _mirror(space: Space, number: int, told: Description) -> Any:
    flavour, extra = told.extra
    own: dict[str, Any] = {
        "__module__": str(told.module),
        "__qualname__": str(told.qualified),
        "__doc__": mirrored.Text(told.text),
        "__annotations__": {name: note[0] for name, note in told.notes if note},
    }
    if told.match is not None:
        own["__match_args__"] = tuple(told.match)
    for member in told.members:
        if is_carried(member[0]):
            own[member[0]] = _made_member(space, number, told, member)
    marks = {"_judge_class_number": number, "_judge_space": space}
    if flavour == "enumeration":
        return _enumeration(told, own, marks)
    names = {**own, **marks, "_judge_own": own}
    names |= {"_judge_asks": bool(told.asks), "_judge_init": told.init}
    bases = [_base(one) for one in told.bases if one is not enum.Enum]
    bases = [one for one in bases if one is not object]
    roots = {} if any(isinstance(one, Mirrored) for one in bases) else _roots(bases)
    if _is_error(bases):
        names["__dict__"] = vars(BaseException)["__dict__"]  # not that of a mirrored mixin
    for base in set(bases).intersection(MUTABLE_BASES):
        for name in dir(base):
            if is_carried(name) and name not in names:
                value = inspect.getattr_static(base, name)
                letter = "n" if value is None else "f" if callable(value) else "p"
                names[name] = _made_member(space, number, told, (name, letter, "", None, None))
    if flavour == "protocol":
        names["_judge_protocol"] = tuple(extra)
    elif flavour == "dataclass":
        names |= _fields(*extra)
    elif flavour == "named tuple":
        names["_fields"] = tuple(extra)
        for index, one in enumerate(extra):
            if is_carried(one):
                names[one] = property(itemgetter(index))
    return _class(space, told, bases, names, roots)


def _class(
    space: Space, told: Description, bases: list[Any], names: dict[str, Any], roots: dict[str, Any]
) -> Any:
    """Make the class with as much of its bases as can be."""
    meta: Any = mirrored.meta_with(str(told.meta[0]), tuple(told.meta[1]))
    metas = [type(one) for one in bases if isinstance(one, Mirrored)]
    meta = next((one for one in metas if issubclass(one, meta)), meta)
    name, make = str(told.name), abc.ABCMeta.__new__
    real = _real_class(str(told.module), str(told.qualified))
    if type(real) is type and _is_error([real]):  # `except` looks at bases alone
        bases = [*(one for one in bases if isinstance(one, Mirrored)), real]
    elif space.trusting:
        real = None
    elif real is not None and type(real) in (type, abc.ABCMeta):
        below = tuple([one for one in bases if isinstance(one, Mirrored)])
        shown = {key: mirrored.Attribute(key, of_class=True) for key in _data_of(real)}
        try:
            made = make(meta, name, (*below, real), {**_roots([]), **shown, **names})
            object.__new__(made)
        except Exception:  # what its __init_subclass__ does not allow
            pass
        else:
            return made
    names = {**roots, **names}
    try:
        made = make(meta, name, tuple(bases) or (object,), names)
        made.__abstractmethods__ = frozenset(told.meta[2])
        if isinstance(real, abc.ABCMeta):
            abc.ABCMeta.register(real, made)
            if type(real) is not abc.ABCMeta and "__subclasscheck__" in vars(type(real)):
                del type(real).__subclasscheck__  # pydantic's looks at no register
    except Exception:  # a layout that cannot be extended, an order that cannot be; as above
        safe = next((one for one in bases if isinstance(one, Mirrored)), object)
        made = make(meta, name, (safe,), names)
    return made


def _roots(bases: list[Any]) -> dict[str, Any]:
    roots = {**mirrored.ROOTS, "__class__": property(_class_of)}
    return roots if _is_error(bases) else {**roots, **mirrored.OBJECT_ROOTS}


def _is_error(bases: list[Any]) -> bool:
    return any(issubclass(one, BaseException) for one in bases)


def _base(base: Any) -> Any:
    if base in (bool, type(None)):
        return int
    if base in (typing.Generic, typing.Protocol) or not isinstance(base, type):
        return object
    return base if base.__flags__ & _EXTENDABLE else object


def _real_class(module: str, qualified: str) -> Any:
    """The class of a library that this side has as well, None where it has none."""
    found: Any = sys.modules.get(module)
    if type(found).__name__ == "MirroredModule" or module.partition(".")[0] in _OF_RUNNERS:
        return None
    for part in qualified.split("."):
        found = vars(found).get(part) if hasattr(found, "__dict__") else None
    return found if isinstance(found, type) and not isinstance(found, Mirrored) else None


def _data_of(kind: type) -> list[str]:
    """Names of what a class holds that is no part of how it works: what its objects may have."""
    return [name for name, value in vars(kind).items() if name[:2] != "__" and type(value) in DATA]


def _class_of(self: Any) -> Any:
    """The real class of a library's object where this side has it: isinstance looks there."""
    kind = type(self)
    real = _real_class(kind.__module__, kind.__qualname__)
    return kind if real is None or issubclass(kind, real) else real


def _made_member(space: Space, number: int, told: Description, member: Any) -> Any:
    """What a mirrored class has in place of one member."""
    name, letter, flavour, signature, text = member
    flavoured = flavour if flavour == "async" else ""  # what generates says so itself
    if letter == "n":
        return None
    if letter == "p":
        return mirrored.Attribute(name, text, of_class=flavour == "of class")
    if name in CARRIED and letter == "f":
        return mirrored.special_method(name, flavoured)
    if type(text) is types.FunctionType and space.number_of(text):
        return _KINDS_OF_METHOD.get(letter, lambda one: one)(text)
    if letter == "s":
        made = functions.asking(space.peer.request, "method", number, name, flavour=flavoured)
    else:
        ask = mirrored.ask_class if letter == "c" else mirrored.ask
        made = mirrored.method(name, flavoured, ask, number if letter == "f" else 0)
    qualified = f"{told.qualified}.{name}"
    made = signatures.dressed(made, name, qualified, str(told.module), text, signature)
    return _KINDS_OF_METHOD.get(letter, lambda one: one)(made)


def _fields(frozen: bool, *fields: Any) -> dict[str, Any]:
    """What the functions of the module dataclasses look at."""
    made = {}
    for name, note, options in fields:
        one: Any = dataclasses.field(**dict(options))
        one.name, one.type = name, note[0] if note else None
        one._field_type = dataclasses._FIELD  # type: ignore[attr-defined]
        made[name] = one
    params = types.SimpleNamespace(frozen=frozen)
    return {"__dataclass_fields__": made, "__dataclass_params__": params}


def _enumeration(told: Description, own: dict[str, Any], marks: dict[str, Any]) -> Any:
    """An enumeration with the original's members, whose methods ask the other side."""
    meta: Any = type(next(one for one in told.bases if issubclass(one, enum.Enum)))
    namespace = meta.__prepare__(told.name, told.bases)
    for name, value in (*own.items(), *told.extra[1]):
        kept = name[:1] != "_" or name[:2] == "__" or name == "_missing_"
        if kept and name not in ("__eq__", "__hash__", "__init__"):
            namespace[name] = value
    namespace["__getattr__"] = _attribute_of_member
    made = meta(told.name, told.bases, namespace)
    for name, value in marks.items():
        type.__setattr__(made, name, value)
    return made


def _attribute_of_member(self: Any, name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    return mirrored.ask(self, "get", name)


def member_name(value: Any) -> Any:
    """What names a member of an enumeration; the value of a flag that is several."""
    if isinstance(value, enum.Flag) and value.name not in type(value).__members__:
        return value.value
    return value.name


def make_member(space: Space, kind: Any, name: Any) -> Any:
    """The member that `member_name` named."""
    if not issubclass(kind, enum.Enum):
        raise TypeError("no enumeration")
    return kind.__members__[name] if isinstance(name, str) else kind(name)


def _is_written_in_c(kind: type) -> bool:
    return kind in EXTENDED or kind in MUTABLE_BASES or not kind.__flags__ & _MADE


def make_object(space: Space, number: int, kind: Any, content: Any) -> Any:
    """The mirrored object of that number; content is the plain part, see values.content_of."""

    def make() -> Any:
        if not isinstance(kind, Mirrored):
            raise TypeError(f"{getattr(kind, '__name__', kind)} has no objects of its own")
        base: Any = next(one for one in kind.__mro__ if _is_written_in_c(one))
        parts = content if content is not None and base in EXTENDED else ()
        if parts and space.peer.perturbation is not None:
            parts = space.peer.perturbation.content(base, parts)
        made = base.__new__(kind, *parts)
        object.__setattr__(made, "_judge_number", number)
        return made

    return space.standin(number, make)


def is_double(value: object) -> bool:
    """Whether a value is a double of unittest.mock."""
    mock = sys.modules.get("unittest.mock")
    return mock is not None and isinstance(value, mock.NonCallableMock)


def specials_of(value: Any) -> tuple[str, ...]:
    """Special methods that the code may call on a double, by name."""
    names = {name for one in type(value).__mro__ for name in vars(one)}
    return tuple(sorted(names & SPECIALS))


def make_double(space: Space, number: int, specials: Any) -> Any:
    """Ask a double of the tests for everything.

    Args:
        specials: names of its special methods; None for a double of a property.
    """
    if specials is None:
        ask = space.peer.request
        made = property(
            lambda self: ask("call", number, (), ()),
            lambda self, value: ask("call", number, (value,), ()),
        )
        return space.standin(number, lambda: made, keep=True)
    kind = space.doubles.get(specials)
    if kind is None:
        names = {
            **{name: mirrored.special_method(name) for name in specials},
            **mirrored.ROOTS,
            "__module__": "unittest.mock",
            "_judge_class_number": 0,
            "_judge_space": space,
            "__dict__": property(lambda self: {}),
            "__class__": property(lambda self: mirrored.ask(self, "get", "__class__")),
        }
        kind = space.doubles[specials] = abc.ABCMeta.__new__(Mirrored, "Mock", (), names)
    return make_object(space, number, kind, None)
