"""Arrays and numbers of numpy: they travel by content, once one of them is to be sent.

numpy is a package of the feature's: it is known to this side from the first of its objects on.
Arrays are linked as lists are. Those of objects, and classes that extend the array, stay where
they are.
"""

from __future__ import annotations

import importlib
from typing import Any

from . import values

MODULE = "numpy"
#: Kinds of elements whose bytes are their whole content.
_PLAIN = frozenset("biufcSUMm")


def learn(kind: type) -> bool:
    """Have numpy's types travel by content; whether the type is one of an array's."""
    if getattr(kind, "__module__", "") == MODULE:
        _learn_all()
    return kind in values.CONTAINERS


def learn_name(name: str) -> None:
    """The same for a name that was read and is not known; numpy may be missing here."""
    try:
        _learn_all()
    except ImportError:
        raise KeyError(name) from None


def _learn_all() -> None:
    numpy: Any = importlib.import_module(MODULE)
    if numpy.ndarray in values.CONTAINERS:
        return
    values.CONTAINERS[numpy.ndarray] = (_content, _fill)
    values.NAMED_CONTAINERS["ndarray"] = numpy.ndarray
    for kind in {numpy.dtype(code).type for code in numpy.typecodes["All"] if code not in "OV"}:
        values.VALUES[kind] = (_parts, _number)
        values.MAKERS[kind.__name__] = _number


def limit_of(array: Any) -> tuple[Any, ...]:
    """The type of an array's elements, and its shape."""
    return (array.dtype.str, *array.shape)


def new_array(kind: Any, limit: tuple[Any, ...]) -> Any:
    """An array of a type and shape, to be filled."""
    letters, *shape = limit
    numpy: Any = importlib.import_module(MODULE)
    dtype = numpy.dtype(letters)
    if dtype.kind not in _PLAIN:
        raise KeyError(letters)
    return kind(tuple(shape), dtype)


def stays(value: Any, kind: type) -> bool:
    """Whether a value is an array whose bytes are not its whole content."""
    return kind.__name__ == "ndarray" and value.dtype.kind not in _PLAIN


def _content(array: Any) -> tuple[bytes]:
    return (array.tobytes(),)


def _fill(array: Any, content: Any) -> None:
    if content[0] == array.tobytes():
        return
    numpy: Any = importlib.import_module(MODULE)
    array[...] = numpy.frombuffer(content[0], array.dtype).reshape(array.shape)


def _parts(value: Any) -> tuple[Any, ...]:
    return value.dtype.str, value.tobytes()


def _number(letters: str, data: bytes) -> Any:
    numpy: Any = importlib.import_module(MODULE)
    return numpy.frombuffer(data, numpy.dtype(letters))[0]


def changed(value: Any, variant: int) -> Any:
    """An array or a number with other content, in one of four ways; itself where none is known."""
    kind = value.dtype.kind
    if kind == "b":
        return ~value
    if kind not in "iufc":
        return value
    return (value + 1, -value - 1, value * 3 + 100, value * 0 + 1)[variant]
