"""Messages between the two processes, as bytes: plain data by content, all else by reference.

A message is one or more pickles. Only builtin types are in them; whatever else there is stands as
a persistent id, a tuple that begins with a letter (see objects.py). The containers that both sides
keep linked follow the message itself, one pickle each.
"""

from __future__ import annotations

import io
import os
import pickle
import struct
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from .containers import KINDS, NATIVE, limit_of
from .values import ATOMS

if TYPE_CHECKING:
    from .objects import Space

#: No message is longer.
MESSAGE_BYTES = 1 << 28
_LENGTH = struct.Struct("<I")
_CHUNK = 1 << 13
_refcount = sys.getrefcount


class Garbled(Exception):
    """What came is no message."""


class Gone(Exception):
    """The other process has ended."""


def send(descriptor: int, data: bytes) -> None:
    """Write one message; raises Gone."""
    data = _LENGTH.pack(len(data)) + data
    try:
        written = os.write(descriptor, data)
        if written < len(data):
            view = memoryview(data)
            while written < len(data):
                written += os.write(descriptor, view[written : written + (1 << 20)])
    except OSError as error:
        raise Gone(str(error)) from None


def receive(descriptor: int) -> bytes:
    """Read one message; raises Gone or Garbled."""
    try:
        chunk = os.read(descriptor, _CHUNK)
        while len(chunk) < 4:
            more = os.read(descriptor, _CHUNK)
            if not chunk or not more:
                raise Gone("it hung up")
            chunk += more
        size = _LENGTH.unpack_from(chunk)[0] + 4
        if len(chunk) == size:
            return chunk[4:]
        if size > MESSAGE_BYTES or len(chunk) > size:
            raise Garbled("a message of no length that messages have")
        whole = bytearray(chunk)
        while len(whole) < size:
            chunk = os.read(descriptor, min(size - len(whole), 1 << 20))
            if not chunk:
                raise Gone("it hung up")
            whole += chunk
    except OSError as error:
        raise Gone(str(error)) from None
    return bytes(memoryview(whole)[4:])


class Encoder(pickle.Pickler):
    """Writes one message.

    Attributes:
        waiting: linked containers whose content is to follow.
        fresh: numbers of objects that are described for the first time.
    """

    def __init__(self, space: Space, file: io.BytesIO) -> None:
        super().__init__(file, 5)
        self._space, self._file = space, file
        self._linking = False
        self.waiting: list[Any] = []
        self.fresh: list[int] = []
        self.linked: list[int] = []

    def persistent_id(self, value: Any) -> Any:
        kind = type(value)
        if kind in ATOMS:
            if kind is float and value != value:
                return ("w", self._space.nans.number_of(value))
            return None
        if kind is tuple or kind is frozenset:
            return None
        if kind in KINDS:
            if kind in NATIVE and not self._linking and _refcount(value) <= UNSHARED:
                return None
            return self._container(value, kind)
        return self._space.reference(value, kind, self)

    def _container(self, value: Any, kind: type) -> Any:
        space = self._space
        number = space.links.number_of(value)
        if number:
            return ("l", number)
        number = space.links.add(value)
        self.linked.append(number)
        self.waiting.append(value)
        return ("n", number, kind.__name__, limit_of(value))

    def write(self, message: tuple[Any, ...], changed: list[Any]) -> bytes:
        """The message, with the content of linked containers that changed."""
        self.waiting += changed
        self.dump(message)
        if self.waiting:
            self._linking = True
            for container in self.waiting:  # grows meanwhile
                content = KINDS[type(container)][0](container)
                self._space.links.remember(container, content)
                self.dump(content)
        return self._file.getvalue()


class _Sealed(type):
    """A class on which nothing can be set."""

    def __setattr__(cls, name: str, value: object) -> NoReturn:
        raise AttributeError(name)


class Reference(tuple[Any, ...], metaclass=_Sealed):
    """A persistent id as it was read, before anything is made of it."""

    __slots__ = ()


class Reader(pickle.Unpickler):
    """Reads messages of a side that is not trusted: builtin data and References, nothing else."""

    referred = False

    def find_class(self, module: str, name: str) -> NoReturn:
        raise Garbled(f"{module}.{name}")

    def persistent_load(self, value: Any) -> Reference:
        if type(value) is not tuple or not value:
            raise Garbled("no reference")
        self.referred = True
        return Reference(value)


class TrustingReader(pickle.Unpickler):
    """Reads messages of the tests' side, and makes its objects at once."""

    space: Space
    waiting: list[Any]

    def find_class(self, module: str, name: str) -> NoReturn:
        raise Garbled(f"{module}.{name}")

    def persistent_load(self, value: Any) -> Any:
        return self.space.made(value, self.waiting)


def is_flat(body: tuple[Any, ...]) -> bool:
    """Whether there is nothing in a message but atoms, and tuples of them."""
    for part in body:
        kind = type(part)
        if kind in ATOMS:
            continue
        if kind is not tuple:
            return False
        for one in part:
            if type(one) not in ATOMS:
                return False
    return True


class Message:
    """One message as it is read: the message itself, then the content of linked containers."""

    def __init__(self, space: Space, data: bytes) -> None:
        self._space = space
        self._reader: Any
        file = io.BytesIO(data)
        self.waiting: list[Any] = []
        if space.trusting:
            self._reader = TrustingReader(file)
            self._reader.space, self._reader.waiting = space, self.waiting
        else:
            self._reader = Reader(file)

    def load(self) -> Any:
        """The next pickle, with all objects made; raises Garbled."""
        reader = self._reader
        value = reader.load()
        if self._space.trusting or not reader.referred:
            return value
        return resolved(value, self._space, self.waiting, {}, 0)


_DEPTH = 400


def resolved(value: Any, space: Space, waiting: list[Any], memo: dict[int, Any], depth: int) -> Any:
    """The value with an object in place of each Reference; what is shared stays shared."""
    kind = type(value)
    if kind in ATOMS or kind is bytearray:
        return value
    if depth > _DEPTH:
        raise Garbled("too deep")
    if id(value) in memo:
        return memo[id(value)][0]

    def inner(part: Any) -> Any:
        return part if type(part) in ATOMS else resolved(part, space, waiting, memo, depth + 1)

    found: Any = value
    if kind is Reference:
        found = space.made(tuple([inner(part) for part in value]), waiting)
    elif kind is list:
        memo[id(value)] = value, value
        for index, part in enumerate(value):
            if type(part) not in ATOMS:
                value[index] = inner(part)
    elif kind is dict:
        memo[id(value)] = value, value
        for key, part in value.items():
            if type(part) not in ATOMS:
                value[key] = inner(part)
        if any(type(key) not in ATOMS for key in value):
            pairs = [(inner(key), part) for key, part in value.items()]
            value.clear()
            value.update(pairs)
    elif kind is tuple or kind is frozenset or kind is set:
        if not all(type(part) in ATOMS for part in value):
            found = kind([inner(part) for part in value])
    else:
        raise Garbled(kind.__name__)
    memo[id(value)] = found, value
    return found


def _unshared() -> int:
    """What sys.getrefcount says in `persistent_id` of a container that only a tuple holds."""

    class Probe(Encoder):
        def __init__(self) -> None:
            pickle.Pickler.__init__(self, io.BytesIO(), 5)
            self.seen = 0

        def persistent_id(self, value: Any) -> Any:
            if type(value) is list:
                self.seen = _refcount(value)
            return None

    probe = Probe()
    probe.dump(tuple([[] for _ in range(1)]))
    return probe.seen


UNSHARED = _unshared()
