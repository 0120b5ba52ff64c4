"""Messages between the two processes, as bytes: plain data by content, all else by reference.

A message is one or more pickles. Only builtin types are in them; whatever else there is stands as
a persistent id, a tuple that begins with a letter (see references.py). The containers that both
sides keep linked follow the message itself, one pickle each.
"""

from __future__ import annotations

import io
import os
import pickle
import struct
import sys
from collections.abc import Callable
from pickle import dumps  # tests may replace the module's
from typing import TYPE_CHECKING, Any, NoReturn

from . import arrays
from .values import ATOMS, CONTAINERS, NATIVE, limit_of

if TYPE_CHECKING:
    from .space import Space

#: No message is longer.
MESSAGE_BYTES = 1 << 28
#: No data nests deeper.
_DEPTH = 400
#: What a message begins with: how long it is, its number, and whether it tells more than is asked.
HEADER = struct.Struct("<II?")
_CHUNK = 1 << 13
#: What a pickle holds where a float in it is not equal to itself.
_NOT_A_NUMBER = b"G\x7f\xf8"
_refcount = sys.getrefcount


class Garbled(Exception):
    """What came is no message."""


class Gone(Exception):
    """The other process has ended."""


def send(descriptor: int, data: bytes) -> None:
    """Write one message; raises Gone."""
    try:
        written = os.write(descriptor, data)
        while written < len(data):
            written += os.write(descriptor, memoryview(data)[written : written + (1 << 20)])
    except OSError as error:
        raise Gone(str(error)) from None


def receive(descriptor: int) -> bytes:
    """Read one message; raises Gone or Garbled."""
    whole = _read(descriptor, _CHUNK)
    while len(whole) < HEADER.size:
        whole += _read(descriptor, _CHUNK)
    size = HEADER.unpack_from(whole)[0]
    if len(whole) == size:
        return whole
    if size > MESSAGE_BYTES or len(whole) > size:
        raise Garbled("a message of no length that messages have")
    parts = bytearray(whole)
    while len(parts) < size:
        parts += _read(descriptor, min(size - len(parts), 1 << 20))
    return bytes(parts)


def _read(descriptor: int, size: int) -> bytes:
    try:
        chunk = os.read(descriptor, size)
    except OSError as error:
        raise Gone(str(error)) from None
    if not chunk:
        raise Gone("it hung up")
    return chunk


def flat(message: tuple[Any, ...]) -> bytes | None:
    """The message as bytes where there is nothing in it but atoms, and tuples of them."""
    for part in message[1]:
        kind = type(part)
        if kind in ATOMS:
            continue
        if kind is not tuple:
            return None
        for one in part:
            if type(one) not in ATOMS:
                return None
    data = dumps(message, 5)
    return None if _NOT_A_NUMBER in data else data


class Encoder(pickle.Pickler):
    """Writes one message.

    Attributes:
        described: objects that are described for the first time.
        linked, named: numbers of containers that are linked by it, or were and are named.
        chained: ids of exceptions that it tells all of.
    """

    def __init__(self, space: Space) -> None:
        self._file = io.BytesIO()
        super().__init__(self._file, 5)
        self._space = space
        self._linking = False
        self._waiting: list[Any] = []
        self.described: list[Any] = []
        self.linked: list[int] = []
        self.named: list[int] = []
        self.chained: set[int] = set()

    def persistent_id(self, value: Any) -> Any:
        kind = type(value)
        if kind in ATOMS and (kind is not float or value == value):
            return None
        if kind is tuple or kind is frozenset:
            return None
        if (kind not in CONTAINERS and not arrays.learn(kind)) or arrays.stays(value, kind):
            return self._space.reference(value, kind, self)
        if kind in NATIVE and not self._linking and _refcount(value) <= _UNSHARED:
            return None
        if number := self.name(value):
            return ("l", number)
        return ("n", self.link(value), kind.__name__, limit_of(value))

    def name(self, value: Any) -> int:
        """The number of a linked container, which is named by it; 0 for others."""
        links = self._space.links
        if number := links.number_of(value):
            links.by_number[number].named += 1
            self.named.append(number)
        return number

    def link(self, value: Any) -> int:
        """Link a container, whose content follows; its number."""
        self._waiting.append(value)
        self.linked.append(self._space.links.add(value))
        return self.linked[-1]

    def end(self, extras: tuple[Any, ...], changed: list[Any]) -> tuple[bytes, bool]:
        """The message and whether it tells more: extras, content that changed or is new."""
        more = bool(extras or self._waiting)
        if more:
            self.dump(extras)
            self._waiting += changed
            self._linking = True
            for container in self._waiting:  # grows meanwhile
                self.dump(self._space.links.read(container))
        return self._file.getvalue(), more

    def take_back(self) -> None:
        """Nothing of it was said."""
        links = self._space.links
        for export in self.described:
            export.described = False
        for number in self.named:
            links.by_number[number].named -= 1
        links.forget(self.linked)


class _Sealed(type):
    """A class on which nothing can be set."""

    def __setattr__(cls, name: str, value: object) -> NoReturn:
        raise AttributeError(name)


class Reference(tuple[Any, ...], metaclass=_Sealed):
    """A persistent id as it was read, before anything is made of it."""

    __slots__ = ()


class Reader(pickle.Unpickler):
    """Reads pickles of builtin data and References, and nothing else; runs nothing."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self._references: list[Reference] = []

    def find_class(self, module: str, name: str) -> NoReturn:
        raise Garbled(f"{module}.{name}")

    def persistent_load(self, value: Any) -> Reference:
        if type(value) is not tuple or not value:
            raise Garbled("no reference")
        self._references.append(Reference(value))
        return self._references[-1]

    def read(self, make: Callable[[Any], Any]) -> Any:
        """The next pickle; once it is read, `make` makes an object of each reference."""
        value = self.load()
        if not self._references:
            return value
        self._make = make
        memo: dict[int, Any] = {}
        for one in self._references:  # as they were written: a set has an order of its own
            self._resolved(one, memo, 0)
        self._references.clear()
        return self._resolved(value, memo, 0)

    def _resolved(self, value: Any, memo: dict[int, Any], depth: int) -> Any:
        """The value with an object in place of each Reference; what is shared stays shared."""
        kind = type(value)
        if kind in ATOMS or kind is bytearray:
            return value
        if depth > _DEPTH:
            raise Garbled("too deep")
        if id(value) in memo:
            return memo[id(value)][0]

        def inner(part: Any) -> Any:
            return part if type(part) in ATOMS else self._resolved(part, memo, depth + 1)

        found: Any = value
        if kind is Reference:
            found = self._make(tuple([inner(part) for part in value]))
        elif kind is list:
            memo[id(value)] = value, value
            value[:] = [inner(part) for part in value]
        elif kind is dict:
            memo[id(value)] = value, value
            pairs = [(inner(key), inner(part)) for key, part in value.items()]
            value.clear()
            value.update(pairs)
        elif kind is tuple or kind is frozenset or kind is set:
            found = kind([inner(part) for part in value])
        else:
            raise Garbled(kind.__name__)
        memo[id(value)] = found, value
        return found


def _unshared() -> int:
    """What sys.getrefcount says in `persistent_id` of a container that only a tuple holds."""
    seen = []

    class Probe(Encoder):
        def __init__(self) -> None:
            pickle.Pickler.__init__(self, io.BytesIO(), 5)

        def persistent_id(self, value: Any) -> Any:
            if type(value) is list:
                seen.append(_refcount(value))

    Probe().dump(tuple([[] for _ in range(1)]))
    return seen[0]


_UNSHARED = _unshared()
