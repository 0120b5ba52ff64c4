"""Classes, objects, enumerations and modules of the other side, mirrored on ours.

A mirrored class has the bases of the original as far as both sides know them, and a method for
each of the original's that asks the other side. Its objects hold a number and no state.
"""

from __future__ import annotations

import abc
import dataclasses
import enum
import inspect
import sys
import types
import typing
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from . import functions

if TYPE_CHECKING:
    from .objects import Space
from .described import LEFT_OUT
from .enumerations import make_enumeration
from .instances import MUTABLE_BASES
from .mirrored import (
    Attribute,
    Mirrored,
    copy_object,
    deepcopy_object,
    delete_attribute,
    forget_object,
    format_object,
    get_attribute,
    list_names,
    meta_with,
    names_of,
    reduce_object,
    remote_property,
    set_attribute,
)
from .modules import MirroredModule
from .special import asked, remote_class_method, remote_method, remote_static_method, special_method


def make_class(space: Space, number: int, description: Any) -> Any:
    """The mirrored class of that number."""
    found = space.kept.get(number)
    if found is not None:
        return found
    if description is None:
        raise LookupError("a class without a description")
    made = _mirror(space, number, description)
    space.kept[number] = made
    space.theirs[id(made)] = number
    return made


def _mirror(space: Space, number: int, description: Any) -> Any:
    (name, qualified, module, text, bases, flavour, members, extra, asks, init, match, own) = (
        description
    )
    names: dict[str, Any] = {
        "__module__": str(module),
        "__qualname__": str(qualified),
        "__doc__": text,
        "_judge_class_number": number,
        "_judge_space": space,
        "_judge_asks": bool(asks),
        "_judge_init": init,
    }
    if match is not None:
        names["__match_args__"] = tuple(match)
    for member_name, kind, flavour_, signature, member_text in members:
        _add(space, number, names, member_name, kind, flavour_, signature, member_text)
    names["_judge_own"] = {name: value for name, value in names.items() if name[:7] != "_judge_"}
    if flavour == "enum":
        return make_enumeration(space, number, str(name), bases, names, extra)
    bases = tuple(one for one in bases if one is not object and one is not enum.Enum)
    bases = tuple(_plain_base(one) for one in bases)
    bases = tuple(one for one in bases if one is not object)
    if not any(issubclass(type(one), Mirrored) for one in bases):
        _add_roots(names, bases)
    for base in bases:
        if base in MUTABLE_BASES:
            _add_all_of(space, number, names, base)
    if flavour == "dataclass":
        _add_fields(names, extra)
    elif flavour == "protocol":
        names["_judge_protocol"] = tuple(extra)
    elif flavour == "named tuple":
        names["_fields"] = tuple(extra)
        for index, field in enumerate(extra):
            names[field] = property(itemgetter(index))
    metas = [type(one) for one in bases if isinstance(one, Mirrored)]
    meta: Any = meta_with(str(own[0]), tuple(own[1]))
    meta = next((one for one in metas if issubclass(one, meta)), meta)
    real = None if space.trusting else _real_class(str(module), str(qualified))
    if real is not None and type(real) in (type, abc.ABCMeta):
        try:
            with_roots = dict(names)
            _add_roots(with_roots, ())
            made = abc.ABCMeta.__new__(meta, str(name), (real,), with_roots)
            object.__new__(made)
        except TypeError:
            pass
        else:
            return made
    try:
        made = abc.ABCMeta.__new__(meta, str(name), bases or (object,), names)
        if real is not None and isinstance(real, abc.ABCMeta):
            abc.ABCMeta.register(real, made)
    except TypeError:  # a layout that cannot be extended, or an order that cannot be
        safe = tuple(one for one in bases if isinstance(one, Mirrored)) or (object,)
        made = abc.ABCMeta.__new__(meta, str(name), safe[:1], names)
    return made


def _add_roots(names: dict[str, Any], bases: tuple[Any, ...]) -> None:
    """What every mirrored class has, once among its bases."""
    names |= {
        "__getattr__": get_attribute,
        "__setattr__": set_attribute,
        "__delattr__": delete_attribute,
        "__dir__": list_names,
        "__del__": forget_object,
        "__copy__": copy_object,
        "__deepcopy__": deepcopy_object,
        "__reduce_ex__": reduce_object,
        "__class__": property(_class_of),
    }
    if not any(issubclass(one, BaseException) for one in bases):
        names["__dict__"] = property(names_of)
        names.setdefault("__repr__", asked("__repr__"))
        names.setdefault("__str__", asked("__str__"))
        names.setdefault("__format__", format_object)


def _plain_base(base: Any) -> Any:
    if base in (bool, type(None)):
        return int
    if base in (typing.Generic, typing.Protocol):
        return object
    if isinstance(base, type) and not (base.__flags__ & (1 << 10)):
        return object
    return base


def _real_class(module: str, qualified: str) -> Any:
    """The class of a library that this side has as well, None where it has none."""
    found: Any = sys.modules.get(module)
    if found is None or isinstance(found, MirroredModule) or module in ("__main__", "test"):
        return None
    if module.partition(".")[0] in ("pytest", "_pytest", "unittest", "hypothesis", "builtins"):
        return None
    for part in qualified.split("."):
        names: Any = getattr(found, "__dict__", {})
        found = names.get(part)
    return found if isinstance(found, type) and not isinstance(found, Mirrored) else None


def _class_of(self: Any) -> Any:
    """The real class of a library's object where this side has it: isinstance looks there."""
    kind = type(self)
    real = _real_class(kind.__module__, kind.__qualname__)
    return kind if real is None or issubclass(kind, real) else real


def _add(
    space: Space,
    number: int,
    names: dict[str, Any],
    name: str,
    kind: str,
    flavour: str,
    signature: Any,
    text: Any,
) -> None:
    if name in LEFT_OUT or name.startswith("_judge"):
        return
    if kind == "n":
        names[name] = None
    elif kind == "p":
        names[name] = Attribute(name) if flavour == "other" else remote_property(name, text)
    elif kind == "s":
        function = remote_static_method(space, number, name, flavour)
        names[name] = staticmethod(_dressed(function, names, name, signature, text))
    elif kind == "c":
        names[name] = classmethod(
            _dressed(remote_class_method(name, flavour), names, name, signature, text)
        )
    elif name.startswith("__") and name.endswith("__"):
        names[name] = special_method(name, flavour)
    else:
        names[name] = _dressed(remote_method(name, flavour, text), names, name, signature, text)


def _dressed(function: Any, names: dict[str, Any], name: str, signature: Any, text: Any) -> Any:
    qualified = f"{names['__qualname__']}.{name}"
    functions.dressed(function, (name, qualified, names["__module__"], text, "", signature))
    if signature is None:
        del function.__signature__
    return function


def _add_all_of(space: Space, number: int, names: dict[str, Any], base: type) -> None:
    for name in dir(base):
        value = inspect.getattr_static(base, name)
        if name in names or name in LEFT_OUT:
            continue
        if value is None:
            names[name] = None
        elif callable(value):
            _add(space, number, names, name, "f", "", None, None)


def _add_fields(names: dict[str, Any], extra: Any) -> None:
    fields, frozen = extra
    made = {}
    for name, note, init, shown, compared, by_name, has_default in fields:
        one = dataclasses.field(
            init=init,
            repr=shown,
            compare=compared,
            kw_only=by_name,
            **({"default": None} if has_default else {}),
        )  # type: ignore[call-overload]
        one.name, one.type = name, note[0] if note else None
        one._field_type = dataclasses._FIELD  # type: ignore[attr-defined]
        made[name] = one
    names["__dataclass_fields__"] = made
    names["__dataclass_params__"] = types.SimpleNamespace(frozen=frozen)
