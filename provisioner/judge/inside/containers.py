"""Containers that change, and how their content is read and put in its place."""

from __future__ import annotations

import array
import collections
import types
from collections.abc import Callable
from typing import Any

#: Containers that change: how their content is read, as a tuple, and put in its place.
KINDS: dict[type, tuple[Callable[[Any], Any], Callable[[Any, Any], None]]] = {}


_BY_NAME: dict[str, type] = {}


def _list_fill(target: Any, content: Any) -> None:
    target[:] = content


def _pairs(target: Any) -> tuple[Any, ...]:
    return (*dict.keys(target), *dict.values(target))


def _dict_fill(target: Any, content: Any) -> None:
    half = len(content) // 2
    dict.clear(target)
    for key, value in zip(content[:half], content[half:], strict=True):
        dict.__setitem__(target, key, value)


def _ordered_fill(target: Any, content: Any) -> None:
    half = len(content) // 2
    target.clear()
    target.update(zip(content[:half], content[half:], strict=True))


def _set_fill(target: Any, content: Any) -> None:
    target.clear()
    target.update(content)


def _factory_pairs(target: Any) -> tuple[Any, ...]:
    return (target.default_factory, *dict.keys(target), *dict.values(target))


def _factory_fill(target: Any, content: Any) -> None:
    target.default_factory = content[0]
    _dict_fill(target, content[1:])


def _deque_read(target: Any) -> tuple[Any, ...]:
    return tuple(target)


def _deque_fill(target: Any, content: Any) -> None:
    target.clear()
    target.extend(content)


def _names_read(target: Any) -> tuple[Any, ...]:
    return _pairs(target.__dict__)


def _names_fill(target: Any, content: Any) -> None:
    _dict_fill(target.__dict__, content)


def _bytes_read(target: Any) -> bytes:
    return bytes(target)


def _array_read(target: Any) -> tuple[Any, ...]:
    return tuple(target)


def _array_fill(target: Any, content: Any) -> None:
    del target[:]
    target.extend(content)


def limit_of(value: Any) -> Any:
    """What a container is made with: a deque's length, an array's letter."""
    return getattr(value, "maxlen", None) or getattr(value, "typecode", None)


KINDS.update(
    {
        array.array: (_array_read, _array_fill),
        list: (tuple, _list_fill),
        dict: (_pairs, _dict_fill),
        set: (tuple, _set_fill),
        bytearray: (_bytes_read, _list_fill),
        collections.OrderedDict: (_pairs, _ordered_fill),
        collections.Counter: (_pairs, _dict_fill),
        collections.defaultdict: (_factory_pairs, _factory_fill),
        collections.deque: (_deque_read, _deque_fill),
        types.SimpleNamespace: (_names_read, _names_fill),
    }
)


_BY_NAME.update({kind.__name__: kind for kind in KINDS})


#: Those that pickle writes by itself.
NATIVE = frozenset((list, dict, set, bytearray))


def new_container(name: str, limit: object) -> Any:
    """An empty container; raises KeyError for a name that is none."""
    kind = _BY_NAME[name]
    if kind is collections.deque:
        return collections.deque(maxlen=limit if isinstance(limit, int) else None)
    if kind is array.array:
        return array.array(str(limit))
    return kind()
