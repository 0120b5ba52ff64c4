"""What travels by content: values of the standard library, and containers; names of the rest.

Only exact types do. A value is its type's name and arguments, a container is linked (links.py).
"""

from __future__ import annotations

import argparse
import array
import collections
import datetime
import decimal
import fractions
import functools
import importlib
import pathlib
import re
import sys
import types
import typing
import uuid
import zoneinfo
from collections.abc import Callable
from typing import Any

from . import arrays

#: Exact types whose content pickle writes by itself, and which cannot change.
ATOMS = frozenset((int, str, float, bool, type(None), bytes))

_Reader = Callable[[Any], tuple[Any, ...]]


def _attributes(kind: Any, names: str) -> _Reader:
    """Reads attributes as `kind` itself has them, whatever a class that extends it says."""
    getters = [getattr(kind, name).__get__ for name in names.split()]
    return lambda value: tuple([get(value) for get in getters])


def _alone(read: Callable[[Any], Any]) -> _Reader:
    return lambda value: (read(value),)


def _with_fold(kind: Any) -> Callable[..., Any]:
    return lambda *parts: kind(*parts[:-1], fold=parts[-1])


#: Stands for each traceback, whose frames do not cross.
_TRACE = types.TracebackType(None, sys._getframe(), 0, 1)
_MOMENT = "hour minute second microsecond tzinfo"
#: Types that are made of what they say of themselves: by attributes, or as a text.
_BY_ATTRIBUTES: dict[Any, str] = {
    complex: "real imag",
    fractions.Fraction: "numerator denominator",
    datetime.date: "year month day",
    datetime.timedelta: "days seconds microseconds",
    zoneinfo.ZoneInfo: "key",
    range: "start stop step",
    slice: "start stop step",
}
_BY_TEXT = (pathlib.PosixPath, pathlib.PurePosixPath, pathlib.PureWindowsPath)
#: Type: how the arguments are read that make a value again, and what makes it.
VALUES: dict[type, tuple[_Reader, Callable[..., Any]]] = {
    **{kind: (_attributes(kind, names), kind) for kind, names in _BY_ATTRIBUTES.items()},
    **{kind: (_alone(str), kind) for kind in _BY_TEXT},
    decimal.Decimal: (_alone(decimal.Decimal.__str__), decimal.Decimal),
    datetime.datetime: (
        _attributes(datetime.datetime, f"year month day {_MOMENT} fold"),
        _with_fold(datetime.datetime),
    ),
    datetime.time: (_attributes(datetime.time, f"{_MOMENT} fold"), _with_fold(datetime.time)),
    datetime.timezone: (lambda value: value.__getinitargs__(), datetime.timezone),
    uuid.UUID: (_attributes(uuid.UUID, "int"), lambda number: uuid.UUID(int=number)),
    type(Ellipsis): (lambda value: (), lambda: Ellipsis),
    type(NotImplemented): (lambda value: (), lambda: NotImplemented),
    memoryview: (_alone(bytes), memoryview),
    re.Pattern: (_attributes(re.Pattern, "pattern flags"), re.compile),
    types.TracebackType: (lambda value: (), lambda: _TRACE),
    type({}.keys()): (tuple, lambda *keys: dict.fromkeys(keys).keys()),
    type({}.values()): (tuple, lambda *values: dict(enumerate(values)).values()),
    type({}.items()): (tuple, lambda *pairs: dict(pairs).items()),
}
MAKERS = {kind.__name__: make for kind, (_, make) in VALUES.items()}
#: Immutable types that a class may extend: how the arguments are read that hold its content.
EXTENDED: dict[type, _Reader] = {
    int: _alone(int.__int__),
    str: _alone(str.__str__),
    float: _alone(float.__float__),
    bytes: _alone(bytes),
    tuple: _alone(lambda value: tuple(tuple.__iter__(value))),
    frozenset: _alone(lambda value: frozenset(frozenset.__iter__(value))),
    **{kind: VALUES[kind][0] for kind in (complex, decimal.Decimal, fractions.Fraction)},
    datetime.datetime: _attributes(datetime.datetime, f"year month day {_MOMENT}"),
    **{kind: VALUES[kind][0] for kind in (datetime.date, datetime.timedelta)},
}


def make_value(name: str, *parts: Any) -> Any:
    """The value of that type's name; raises KeyError."""
    if name not in MAKERS:
        arrays.learn_name(name)
    return MAKERS[name](*parts)


def content_of(value: Any) -> tuple[Any, ...] | None:
    """What makes the plain part of a value again, None where no base of its class is plain."""
    for base in type(value).__mro__:
        if base in EXTENDED:
            return EXTENDED[base](value)
    return None


def plain_part(value: Any) -> Any:
    """The part of a value that is plain data, None where none is."""
    base: Any = next((one for one in type(value).__mro__ if one in EXTENDED), None)
    return None if base is None else base(*EXTENDED[base](value))


def _pairs(target: Any) -> tuple[Any, ...]:
    held = dict.copy(target)  # at once, whatever another thread adds
    return (*held, *held.values())


def _fill_pairs(target: Any, content: Any) -> None:
    half = len(content) // 2
    held = dict(zip(content[:half], content[half:], strict=True))
    for key in [one for one in target if one not in held]:
        del target[key]
    for key, value in held.items():  # what stays is never missing for another thread
        target[key] = value
    if [(type(one), one) for one in target] != [(type(one), one) for one in held]:
        target.clear()
        for key, value in held.items():
            target[key] = value


def _factory_pairs(target: Any) -> tuple[Any, ...]:
    return (target.default_factory, *_pairs(target))


def _fill_factory(target: Any, content: Any) -> None:
    target.default_factory = content[0]
    _fill_pairs(target, content[1:])


def _fill(target: Any, content: Any) -> None:
    if type(target) is list:
        target[:] = content
        return
    target.clear()
    add = target.update if type(target) is set else target.extend
    add(content)


def _fill_array(target: Any, content: Any) -> None:
    del target[:]
    target.extend(content)


_NAMES = (
    lambda target: _pairs(vars(target)),
    lambda target, content: _fill_pairs(vars(target), content),
)
#: Containers that change: how their content is read, as a tuple, and put in its place.
CONTAINERS: dict[type, tuple[Callable[[Any], Any], Callable[[Any, Any], None]]] = {
    list: (tuple, _fill),
    dict: (_pairs, _fill_pairs),
    set: (tuple, _fill),
    bytearray: (bytes, _fill),
    array.array: (tuple, _fill_array),
    collections.deque: (tuple, _fill),
    collections.OrderedDict: (_pairs, _fill_pairs),
    collections.Counter: (_pairs, _fill_pairs),
    collections.defaultdict: (_factory_pairs, _fill_factory),
    types.SimpleNamespace: _NAMES,
    argparse.Namespace: _NAMES,
}
NAMED_CONTAINERS = {kind.__name__: kind for kind in CONTAINERS}
#: Those that pickle writes by itself.
NATIVE = frozenset((list, dict, set, bytearray))


def limit_of(value: Any) -> Any:
    """What a container is made with: a deque's length, an array's letter or type and shape."""
    if type(value).__module__ == arrays.MODULE:
        return arrays.limit_of(value)
    return getattr(value, "maxlen", None) or getattr(value, "typecode", None)


def new_container(name: str, limit: Any) -> Any:
    """An empty container; raises KeyError for a name that is none."""
    if name not in NAMED_CONTAINERS:
        arrays.learn_name(name)
    kind: Any = NAMED_CONTAINERS[name]
    if name == "ndarray":
        return arrays.new_array(kind, limit)
    if kind is collections.deque:
        return kind(maxlen=limit)
    return kind() if limit is None else kind(limit)


#: Classes that make code of data: neither side names them to the other.
_OF_CODE = (types.CodeType, types.FunctionType)


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


#: Modules whose classes are the same on both sides: they hold data, or mark what they stand for.
_OF_DATA = words(
    "builtins collections collections.abc _collections _collections_abc datetime decimal _decimal "
    "fractions numbers uuid pathlib enum re types abc typing string array zoneinfo"
)
#: Modules of which the exceptions are.
_OF_EXCEPTIONS = words(
    "json.decoder asyncio.exceptions concurrent.futures._base queue _queue zlib struct binascii "
    "csv _csv sqlite3 subprocess socket ssl configparser urllib.error http.client pickle _pickle "
    "copy argparse contextlib ipaddress statistics dataclasses graphlib shutil email.errors "
    "xml.etree.ElementTree xml.parsers.expat tomllib zipfile tarfile getopt locale smtplib ast "
    "unicodedata tokenize numpy.linalg numpy.exceptions"
)


def shared_name(kind: type) -> tuple[str, str] | None:
    """Module and qualified name of a class that both sides know as the same, None for others."""
    module, name = kind.__module__, kind.__qualname__
    return (module, name) if _is_shared(module, name, kind) else None


def shared_class(module: str, name: str) -> type:
    """The class of that name; raises LookupError where there is none, or it is not shared."""
    if module in _OF_DATA or module in _OF_EXCEPTIONS:
        kind = find(module, name)
        if isinstance(kind, type) and _is_shared(module, name, kind):
            return kind
    raise LookupError(f"{module}.{name}")


def _is_shared(module: Any, name: str, kind: type) -> bool:
    if not isinstance(module, str) or kind in _OF_CODE:
        return False
    error = module in _OF_EXCEPTIONS and issubclass(kind, BaseException)
    if not error and module not in _OF_DATA and (module, name) != ("sqlite3", "Row"):
        return False
    return find(module, name) is kind


#: Modules as they were before tests patched them.
_UNPATCHED = {
    one.__name__: types.SimpleNamespace(**vars(one))
    for one in (collections, datetime, decimal, fractions, pathlib, re, uuid)
}


def find(module: str, name: str) -> object:
    """What a module has under a qualified name, None for nothing."""
    try:
        found: Any = _UNPATCHED.get(module) or sys.modules.get(module)
        found = found or importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError):
        return type(None) if name == "NoneType" else None
    return found


#: Functions and bound methods; no objects that can be called.
FUNCTIONS = (
    *(types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.MethodWrapperType),
    *(types.WrapperDescriptorType, types.MethodDescriptorType, types.ClassMethodDescriptorType),
    functools._lru_cache_wrapper,
)


def typing_name(value: object) -> str:
    """The name under which the module typing has a value, "" for others."""
    name = getattr(value, "_name", None) or getattr(value, "__name__", None)
    return name if isinstance(name, str) and vars(typing).get(name) is value else ""


def typing_value(name: str) -> object:
    """The value that the module typing has under a name; raises LookupError."""
    if name.startswith("_") or name not in typing.__all__:
        raise LookupError(name)
    return getattr(typing, name)
