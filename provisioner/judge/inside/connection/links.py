"""Containers that both processes hold, kept the same: a change travels with the next message.

So are the attributes of the code's functions, such as the count of a decorator's calls.
"""

from __future__ import annotations

import collections
import functools
import operator
import sys
import types
from collections.abc import Callable
from typing import Any

from .values import CONTAINERS

_refcount = sys.getrefcount
#: So many of the containers that were unlinked are remembered.
_LAST = 200


def _attributes(function: Any) -> tuple[Any, ...]:
    names = [name for name in vars(function) if name != "__signature__"]
    return (*names, *[vars(function)[name] for name in names])


def _set_attributes(function: Any, content: tuple[Any, ...]) -> None:
    half = len(content) // 2
    function.__dict__.update(zip(content[:half], content[half:], strict=True))


def _means(kind: type) -> Any:
    """How content of that type is read, and how it is put in its place."""
    if kind is types.FunctionType:
        return _OF_FUNCTIONS
    return CONTAINERS.get(kind) or own_part(kind)


_OF_FUNCTIONS = (_attributes, _set_attributes)


def _own_part(base: Any, add: Callable[[Any, Any], None]) -> tuple[Any, Any]:
    def fill(target: Any, content: Any) -> None:
        base.clear(target)
        add(target, content)

    return lambda target: tuple(base.__iter__(target)), fill


def _own_pairs(base: Any) -> tuple[Any, Any]:
    def read(target: Any) -> tuple[Any, ...]:
        keys = tuple(base.__iter__(target))
        return (*keys, *[dict.__getitem__(target, key) for key in keys])

    def fill(target: Any, content: Any) -> None:
        base.clear(target)
        half = len(content) // 2
        for key, value in zip(content[:half], content[half:], strict=True):
            base.__setitem__(target, key, value)

    return read, fill


#: Of a class that extends one: the content that C code finds in an object, whatever that says.
_OWN_PARTS: dict[Any, tuple[Any, Any]] = {
    list: _own_part(list, list.extend),
    set: _own_part(set, set.update),
    collections.deque: _own_part(collections.deque, collections.deque.extend),
    collections.OrderedDict: _own_pairs(collections.OrderedDict),
    dict: _own_pairs(dict),
}


@functools.cache
def own_part(kind: type) -> tuple[Any, Any] | None:
    """How the content is read and put in its place that such a class has, None for others."""
    return next((_OWN_PARTS[one] for one in kind.__mro__ if one in _OWN_PARTS), None)


class Link:
    """One container, and what both sides knew it to hold when the last message went."""

    __slots__ = ("content", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.content: Any = None


def _same(one: Any, other: Any) -> bool:
    return len(one) == len(other) and all(map(operator.is_, one, other))


class Links:
    """All containers of one side that are linked, by number.

    Attributes:
        dropped: numbers that were unlinked here, for the other side.
        threaded: whether there are more connections than one: then what is said on one may name
            a container that was just unlinked on another, and the last of those are remembered.
    """

    def __init__(self, first: int) -> None:
        self._next = first
        self.by_number: dict[int, Link] = {}
        self._numbers: dict[int, int] = {}
        self.dropped: list[int] = []
        self._last: collections.deque[tuple[int, Any]] = collections.deque(maxlen=_LAST)
        self.threaded = False

    def number_of(self, value: Any) -> int:
        """The number of a linked container, 0 for others."""
        return self._numbers.get(id(value), 0)

    def add(self, value: Any, number: int = 0) -> int:
        """Link a container: under the number that the other side gave, or a new one."""
        if not number:
            number = self._next
            self._next += 2
        self.by_number[number] = Link(value)
        self._numbers[id(value)] = number
        return number

    def find(self, number: int) -> Any:
        """The container of that number, linked again where it is one of the last; else None."""
        if number not in self.by_number and number in (last := dict(self._last)):
            self.add(last[number], number)
        link = self.by_number.get(number)
        return None if link is None else link.value

    def read(self, value: Any) -> Any:
        """The content of a container, which both sides know from now on."""
        content = _means(type(value))[0](value)
        number = self._numbers.get(id(value))
        if number is not None:
            self.by_number[number].content = content
        return content

    def fill(self, value: Any, content: Any) -> None:
        """Put content in its place."""
        _means(type(value))[1](value, content)
        self.read(value)

    def changed(self) -> list[int]:
        """Numbers of those whose content is no longer what both sides know; unlinks the unused.

        What nobody here holds any longer is unlinked, and noted for the other side.
        """
        found, unused = [], []
        for number, link in self.by_number.items():
            content = _means(type(link.value))[0](link.value)
            if link.content is not None and not _same(content, link.content):
                link.content = content
                found.append(number)
            elif _refcount(link.value) <= _ALONE:
                unused.append(number)
        for number in unused:
            self.forget(number)
        self.dropped += unused
        return found

    def forget(self, number: int) -> None:
        """Unlink."""
        link = self.by_number.pop(number, None)
        if link is not None:
            self._numbers.pop(id(link.value), None)
            if self.threaded:
                self._last.append((number, link.value))


def _alone() -> int:
    """What sys.getrefcount says of a container that a link alone holds."""
    return next(_refcount(link.value) for _, link in {1: Link([])}.items())


_ALONE = _alone()
