"""Values of the standard library that travel by content; classes that both sides know by name."""

from __future__ import annotations

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
from collections.abc import Callable
from typing import Any

#: Exact types whose content pickle writes by itself, and which cannot change.
ATOMS = frozenset((int, str, float, bool, type(None), bytes))


def _zone(key: str) -> object:
    from zoneinfo import ZoneInfo

    return ZoneInfo(key)


def _timezone(offset: datetime.timedelta, name: str | None) -> datetime.timezone:
    return datetime.timezone(offset) if name is None else datetime.timezone(offset, name)


def _datetime(*parts: Any) -> datetime.datetime:
    *rest, zone, fold = parts
    return datetime.datetime(*rest).replace(tzinfo=zone, fold=fold)


def _time(*parts: Any) -> datetime.time:
    *rest, zone, fold = parts
    return datetime.time(*rest).replace(tzinfo=zone, fold=fold)


def _pattern(text: str | bytes, flags: int) -> object:
    return re.compile(text, flags)


def typing_name(value: object) -> str:
    """The name under which the module typing has a value, "" for others."""
    name = getattr(value, "_name", None) or getattr(value, "__name__", None)
    return name if isinstance(name, str) and vars(typing).get(name) is value else ""


def _typing(name: str) -> object:
    if name.startswith("_") or name not in typing.__all__:
        raise LookupError(name)
    return getattr(typing, name)


def _writable(types_: tuple[type, ...]) -> dict[type, str]:
    return {kind: kind.__name__ for kind in types_}


#: Exact type: how its content is read, and how it is made again from it.
WRITERS: dict[type, tuple[str, Callable[[Any], tuple[Any, ...]]]] = {
    complex: ("complex", lambda v: (v.real, v.imag)),
    decimal.Decimal: ("Decimal", lambda v: (str(v),)),
    fractions.Fraction: ("Fraction", lambda v: (v.numerator, v.denominator)),
    datetime.datetime: (
        "datetime",
        lambda v: (
            *(v.year, v.month, v.day, v.hour, v.minute, v.second, v.microsecond),
            *(v.tzinfo, v.fold),
        ),
    ),
    datetime.date: ("date", lambda v: (v.year, v.month, v.day)),
    datetime.time: (
        "time",
        lambda v: (v.hour, v.minute, v.second, v.microsecond, v.tzinfo, v.fold),
    ),
    datetime.timedelta: ("timedelta", lambda v: (v.days, v.seconds, v.microseconds)),
    datetime.timezone: ("timezone", lambda v: (v.utcoffset(None), v.tzname(None))),
    uuid.UUID: ("UUID", lambda v: (v.int,)),
    range: ("range", lambda v: (v.start, v.stop, v.step)),
    slice: ("slice", lambda v: (v.start, v.stop, v.step)),
    type(Ellipsis): ("Ellipsis", lambda v: ()),
    type(NotImplemented): ("NotImplemented", lambda v: ()),
    pathlib.PosixPath: ("PosixPath", lambda v: (str(v),)),
    pathlib.PurePosixPath: ("PurePosixPath", lambda v: (str(v),)),
    pathlib.PureWindowsPath: ("PureWindowsPath", lambda v: (str(v),)),
    memoryview: ("memoryview", lambda v: (bytes(v),)),
    re.Pattern: ("Pattern", lambda v: (v.pattern, v.flags)),
}


READERS: dict[str, Callable[..., object]] = {
    "complex": complex,
    "Decimal": decimal.Decimal,
    "Fraction": fractions.Fraction,
    "datetime": _datetime,
    "date": datetime.date,
    "time": _time,
    "timedelta": datetime.timedelta,
    "timezone": _timezone,
    "UUID": lambda number: uuid.UUID(int=number),
    "range": range,
    "slice": slice,
    "Ellipsis": lambda: Ellipsis,
    "NotImplemented": lambda: NotImplemented,
    "PosixPath": pathlib.PosixPath,
    "PurePosixPath": pathlib.PurePosixPath,
    "PureWindowsPath": pathlib.PureWindowsPath,
    "memoryview": memoryview,
    "Pattern": _pattern,
    "ZoneInfo": _zone,
    "typing": lambda name: _typing(name),
    "dict_keys": lambda *keys: dict.fromkeys(keys).keys(),
    "dict_values": lambda *values: dict(enumerate(values)).values(),
    "dict_items": lambda *pairs: dict(pairs).items(),
}


#: Immutable types of which content is copied where a class of the code under test extends them.
CONTENT: dict[type, Callable[[Any], object]] = {
    bool: bool,
    int: int.__int__,
    str: str.__str__,
    float: float.__float__,
    bytes: bytes,
    complex: lambda v: complex(v.real, v.imag),
    tuple: lambda v: tuple(tuple.__iter__(v)),
    frozenset: lambda v: frozenset(frozenset.__iter__(v)),
    decimal.Decimal: decimal.Decimal,
    fractions.Fraction: lambda v: fractions.Fraction(v.numerator, v.denominator),
    datetime.datetime: lambda v: datetime.datetime.combine(
        datetime.date(v.year, v.month, v.day), v.timetz()
    ),
    datetime.date: lambda v: datetime.date(v.year, v.month, v.day),
    datetime.timedelta: lambda v: datetime.timedelta(v.days, v.seconds, v.microseconds),
    uuid.UUID: lambda v: uuid.UUID(int=v.int),
}


#: Modules whose classes are the same on both sides: they hold data, or mark what they stand for.
_SHARED_MODULES = frozenset(
    (
        *("builtins", "collections", "collections.abc", "_collections", "_collections_abc"),
        *("datetime", "decimal", "_decimal", "fractions", "numbers", "uuid", "pathlib", "enum"),
        *("re", "types", "abc", "typing", "json.decoder", "zoneinfo", "string", "array"),
        *("asyncio.exceptions", "concurrent.futures._base", "queue", "_queue", "zlib", "struct"),
        *("binascii", "csv", "_csv", "sqlite3", "subprocess", "socket", "ssl", "configparser"),
        *("urllib.error", "http.client", "pickle", "_pickle", "copy", "argparse", "contextlib"),
        *("ipaddress", "statistics", "dataclasses", "graphlib", "shutil", "email.errors"),
        *("xml.etree.ElementTree", "xml.parsers.expat", "tomllib", "zipfile", "tarfile"),
        *("getopt", "locale", "smtplib", "ast", "unicodedata", "tokenize"),
    )
)


_DATA_MODULES = frozenset(
    (
        *("builtins", "collections", "collections.abc", "_collections_abc", "datetime", "decimal"),
        *("fractions", "numbers", "uuid", "pathlib", "enum", "re", "types", "abc", "typing"),
        *("string", "array", "zoneinfo", "_collections", "_decimal"),
    )
)


_DATA_CLASSES = frozenset((("sqlite3", "Row"),))


def _is_shared(module: str, name: str, kind: type) -> bool:
    if module in _DATA_MODULES or issubclass(kind, BaseException):
        return True
    return (module, name) in _DATA_CLASSES


def shared_name(kind: type) -> tuple[str, str] | None:
    """Module and qualified name of a class that both sides know as the same, None for others."""
    module = kind.__module__
    if module not in _SHARED_MODULES or not isinstance(module, str):
        return None
    if not _is_shared(module, kind.__qualname__, kind):
        return None
    if _find(module, kind.__qualname__) is not kind:
        return None
    return module, kind.__qualname__


def shared_class(module: str, name: str) -> type:
    """The class of that name; raises LookupError where there is none, or it is not shared."""
    if module not in _SHARED_MODULES:
        raise LookupError(f"{module}.{name}")
    found = _find(module, name)
    if not isinstance(found, type):
        raise LookupError(f"{module}.{name}")
    if not _is_shared(module, name, found):
        raise LookupError(f"{module}.{name}")
    return found


def _find(module: str, name: str) -> object:
    try:
        found: object = sys.modules.get(module) or importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError):
        return None
    if name == "NoneType":
        return type(None)
    return found


_FUNCTION_TYPES = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    functools._lru_cache_wrapper,
)


def library_function(value: object) -> tuple[str, str] | None:
    """Module and name of a function of the standard library, None for other values."""
    if not isinstance(value, _FUNCTION_TYPES):
        return None
    holder = getattr(value, "__objclass__", None)
    module = getattr(holder or value, "__module__", None)
    name = getattr(value, "__qualname__", "")
    if not isinstance(module, str) or module.partition(".")[0] not in sys.stdlib_module_names:
        return None
    if module.partition(".")[0] in ("unittest", "doctest") or module.startswith("__"):
        return None
    return (module, name) if _find(module, name) is value else None


def find_function(module: str, name: str) -> object:
    """The function that `library_function` named; for the side that trusts the other."""
    found = _find(module, name)
    if found is None:
        raise LookupError(f"{module}.{name}")
    return found
