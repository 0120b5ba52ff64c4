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


def _attributes(function: Any) -> tuple[Any, ...]:
    held = dict(vars(function))
    held.pop("__signature__", None)
    return (*held, *held.values())


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
        pairs = tuple(base.items(target))
        return (*[key for key, _ in pairs], *[value for _, value in pairs])

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
    """One container, and what both sides knew it to hold when the last message went.

    Attributes:
        named, heard: how often this side has named it to the other, and heard of it from there.
        asked: what was heard when the other side was asked to unlink it, -1 where it was not.
    """

    __slots__ = ("asked", "content", "heard", "named", "value")

    def __init__(self, value: Any, named: int, heard: int) -> None:
        self.value, self.named, self.heard = value, named, heard
        self.content: Any = None
        self.asked = -1


def _same(one: Any, other: Any) -> bool:
    return len(one) == len(other) and all(map(operator.is_, one, other))


class Links:
    """All containers of one side that are linked, by number.

    A side that does not use one asks the other to unlink it, and says how often it has heard of
    it. The other one does if it has not named it more often, and says so: then neither of them can
    name it any longer.

    Attributes:
        unused: numbers of those that the other side is to be asked about, with what was heard.
        unlinked: numbers of those that were unlinked here as the other side asked.
    """

    def __init__(self, first: int) -> None:
        self._next = first
        self.by_number: dict[int, Link] = {}
        self._numbers: dict[int, int] = {}
        self.unused: list[tuple[int, int]] = []
        self.unlinked: list[int] = []

    def number_of(self, value: Any) -> int:
        """The number of a linked container, 0 for others."""
        return self._numbers.get(id(value), 0)

    def add(self, value: Any, number: int = 0) -> int:
        """Link a container: under the number that the other side gave, or a new one."""
        link = Link(value, not number, bool(number))
        if not number:
            number = self._next
            self._next += 2
        self.by_number[number] = link
        self._numbers[id(value)] = number
        return number

    def heard(self, number: int) -> Any:
        """The container of that number, which the other side has named; None where it is new."""
        link = self.by_number.get(number)
        if link is None:
            return None
        link.heard += 1
        return link.value

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
        """Numbers of those whose content is no longer what both sides know; notes the unused."""
        found = []
        for number, link in list(self.by_number.items()):
            content = _means(type(link.value))[0](link.value)
            if link.content is not None and not _same(content, link.content):
                link.content = content
                found.append(number)
            elif link.asked != link.heard and _refcount(link.value) <= _ALONE:
                link.asked = link.heard
                self.unused.append((number, link.heard))
        return found

    def unlink(self, asked: list[tuple[int, int]]) -> None:
        """Unlink what the other side does not use, unless it is named on its way there."""
        for number, heard in asked:
            link = self.by_number.get(number)
            if link is not None and link.named == heard:
                self.forget([number])
                self.unlinked.append(number)

    def forget(self, numbers: list[int]) -> None:
        """Unlink what the other side has unlinked."""
        for number in numbers:
            link = self.by_number.pop(number, None)
            if link is not None:
                self._numbers.pop(id(link.value), None)


def _alone() -> int:
    """What sys.getrefcount says of a container that a link alone holds."""
    return next(_refcount(link.value) for _, link in list({1: Link([], 0, 0)}.items()))


_ALONE = _alone()
