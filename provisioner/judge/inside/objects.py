"""The objects of one process as the other one sees them: numbers, descriptions, stand-ins.

A persistent id is a tuple. Its first part says what it is:
    y number                    an object of the reader's own
    l number                    a linked container that the reader has
    n number kind limit         a linked container that is new; its content follows the message
    v name *content             a value of the standard library
    t module name               a class that both sides have
    g module name               a function of the standard library, from the tests only
    k number description        a class; the description comes with the first mention only
    f number description        a function, likewise
    o number class content      an object
    e number class …            an exception, see exceptions.py
    x class name                a member of an enumeration
    b object name               a method bound to an object
    m number name file          a module
    i number kind name          a generator, a coroutine or an asynchronous generator
    w number                    a float that is not equal to itself: which one
    d number callable           a double of unittest.mock
"""

from __future__ import annotations

import _thread
import enum
import io
import types
from collections.abc import Callable
from pickle import dumps  # tests may replace the module's
from typing import Any, Protocol

from . import (
    containers,
    described,
    doubles,
    enumerations,
    exceptions,
    functions,
    instances,
    mirrored,
    nan,
    values,
)
from .links import Links
from .making import MAKERS
from .wire import Encoder, Garbled, Message, is_flat

_NO_EXTRAS: dict[str, Any] = {}


class Unsupported(NotImplementedError):
    """What was asked for cannot be done between two processes."""


class Described:
    """A class that is to be described although both sides know its name: it has objects."""

    __slots__ = ("kind",)

    def __init__(self, kind: type) -> None:
        self.kind = kind


class Export:
    """An object that the other side knows, and how often it was sent."""

    __slots__ = ("count", "value")

    def __init__(self, value: Any) -> None:
        self.value, self.count = value, 0


class Peer(Protocol):
    """How the other side is asked; see talk.Talk."""

    def request(self, operation: str, *body: Any) -> Any:
        """Its answer; raises what it raised."""


class Space:
    """What both processes know of each other's objects.

    Attributes:
        trusting: whether the other side is trusted: true beside the code, false beside the tests.
        links: the containers that both sides hold.
        extras: what goes with the next message, by a letter.
        received: what to do with extras of the other side, by letter.
    """

    def __init__(self, *, trusting: bool) -> None:
        self.trusting = trusting
        self.links = Links(1 if trusting else 2)
        self.extras: dict[str, list[Any]] = {}
        self.received: dict[str, Callable[[list[Any]], None]] = {
            "drop": self._dropped,
            "unlink": self._unlinked,
        }
        self.peer: Peer
        self.exports: dict[int, Export] = {}
        self._numbers: dict[int, int] = {}
        self._next = 1
        self.described: set[int] = set()
        self.standins: dict[int, Any] = {}  # number of the other's object: weak or strong stand-in
        self.theirs: dict[int, int] = {}  # id of a stand-in: number of the other's object
        self.kept: dict[int, Any] = {}  # stand-ins that stay
        self._drops: dict[int, int] = {}
        self._bound: dict[Any, Any] = {}
        self.nans = nan.NotNumbers(1 if trusting else 2)
        self.raised: BaseException | None = None
        self.times: dict[int, int] = {}
        self.local_types: set[type] = set()
        self._lock = _thread.RLock() if hasattr(_thread, "RLock") else _thread.allocate_lock()

    # ---- writing

    def encode(self, operation: str, body: tuple[Any, ...]) -> bytes:
        """One message; raises Unsupported for what cannot be sent."""
        if self._drops:
            self._note_drops()
        links = self.links
        changed: list[int] = []
        if links.by_number:
            changed = links.changed()
            links.sweep(changed)
            if changed:
                self.extras["changed"] = list(changed)
        if links.dropped:
            self.extras["unlink"], links.dropped = links.dropped, []
        extras = self.extras or None
        if extras:
            self.extras = {}
        elif is_flat(body):
            data = dumps((operation, None, body), 5)
            if nan.MARK not in data:
                return data
        file = io.BytesIO()
        encoder = Encoder(self, file)
        try:
            return encoder.write(
                (operation, None if extras is None else _emptied(extras), body),
                [links.value(number) for number in changed],
            )
        except BaseException:
            self.described.difference_update(encoder.fresh)
            for number in encoder.linked:
                links.forget(number)
            raise

    def decode(self, data: bytes) -> tuple[str, tuple[Any, ...]]:
        """Operation and body of a message; raises Garbled."""
        try:
            message = Message(self, data)
            read = message.load()
            operation, extras, body = read
            if type(operation) is not str or type(body) is not tuple:
                raise Garbled("no message")
            if extras is not None:
                extras = dict(extras)
                changed = [self.links.value(number) for number in extras.pop("changed", ())]
                message.waiting[:0] = changed
            elif not message.waiting:
                return operation, body
            for container in message.waiting:  # grows meanwhile
                content = message.load()
                containers.KINDS[type(container)][1](container, content)
                self.links.remember(container, containers.KINDS[type(container)][0](container))
            if extras:
                for letter, items in extras.items():
                    try:
                        self.received[letter](list(items))
                    except Exception as error:
                        if letter != "warned":
                            raise
                        self.raised = error  # the tests make errors of warnings
        except (Garbled, Unsupported):
            raise
        except Exception as error:
            if self.trusting:
                raise
            raise Garbled(f"{type(error).__name__}: {error}") from error
        return operation, body

    def reference(self, value: Any, kind: type, encoder: Encoder) -> Any:
        """The persistent id of what pickle does not write by itself."""
        number = self.theirs.get(id(value))
        if number is not None:
            return ("y", number)
        if kind in values.WRITERS:
            name, content = values.WRITERS[kind]
            return ("v", name, *content(value))
        meta = type(kind)
        if issubclass(meta, mirrored.Mirrored):
            number = mirrored.number_of(value)
            if number:
                return ("y", number)
        if isinstance(value, type):
            return self._class(value, encoder)
        if kind is Described:
            return self._class(value.kind, encoder, in_full=True)
        if kind.__module__ == "typing" and (name := values.typing_name(value)):
            return ("v", "typing", name)
        if kind is types.MethodType:
            return self._method(value, encoder)
        if kind.__name__ == "ZoneInfo" and kind.__module__ == "zoneinfo":
            return ("v", "ZoneInfo", value.key)
        if kind.__name__ in ("dict_keys", "dict_values", "dict_items"):
            return ("v", kind.__name__, *value)
        if isinstance(value, enum.Enum):
            if kind in enumerations.ENUMS:
                return ("x", kind, enumerations.member_name(value))
            if values.shared_name(kind) is None:
                return ("x", kind, enumerations.member_name(value))
        if isinstance(value, BaseException):
            return exceptions.reference(self, value, encoder)
        if kind in (types.FrameType, types.TracebackType):
            if kind is types.TracebackType:
                return ("v", "traceback")
            raise Unsupported("a frame is not handed over")
        if kind is types.ModuleType or isinstance(value, types.ModuleType):
            return self._module(value)
        if kind in functions.GENERATORS:
            return ("i", self.export(value), functions.GENERATORS[kind], value.__name__)
        found = values.library_function(value)
        if found and not self.trusting:
            return ("g", *found)
        if functions.is_plain(value):
            number = self.export(value)
            if number in self.described:
                return ("f", number, None)
            self.described.add(number)
            encoder.fresh.append(number)
            return ("f", number, functions.describe(value))
        if not self.trusting and doubles.is_double(value):
            asked = "property" if kind.__name__ == "PropertyMock" else callable(value)
            return ("d", self.export(value), asked)
        shown: Any = Described(kind) if values.shared_name(kind) else kind
        return ("o", self.export(value), shown, instances.content_of(value, kind))

    def _class(self, value: type, encoder: Encoder, *, in_full: bool = False) -> Any:
        shared = values.shared_name(value)
        if shared and not in_full:
            return ("t", *shared)
        number = self.export(value)
        if number in self.described:
            return ("k", number, None)
        self.described.add(number)
        encoder.fresh.append(number)
        return ("k", number, described.describe(value))

    def _method(self, value: Any, encoder: Encoder) -> Any:
        owner = value.__self__
        if id(owner) in self.theirs or mirrored.number_of(owner):
            return ("b", owner, value.__name__)
        key = id(owner), value.__func__
        value = self._bound.setdefault(key, value)  # the same one each time, as long as it lives
        number = self.export(value)
        if number in self.described:
            return ("f", number, None)
        self.described.add(number)
        encoder.fresh.append(number)
        return ("f", number, functions.describe(value))

    def _module(self, value: Any) -> Any:
        return ("m", self.export(value), value.__name__, getattr(value, "__file__", None))

    def export(self, value: Any) -> int:
        """The number under which the other side knows an object of ours; counts the mention."""
        number = self._numbers.get(id(value))
        if number is None:
            number = self._next
            self._next += 1
            self._numbers[id(value)] = number
            self.exports[number] = Export(value)
        self.exports[number].count += 1
        return number

    def ours(self, number: Any) -> Any:
        """The object of ours that the other side means; raises Garbled."""
        try:
            return self.exports[number].value
        except (KeyError, TypeError):
            raise Garbled(f"a number of no object: {number!r}") from None

    def _dropped(self, items: list[Any]) -> None:
        for number, times in items:
            export = self.exports.get(number)
            if export is not None:
                export.count -= times
                if export.count <= 0:
                    del self.exports[number]
                    self.described.discard(number)
                    self._numbers.pop(id(export.value), None)
                    if type(export.value) is types.MethodType:
                        key = id(export.value.__self__), export.value.__func__
                        self._bound.pop(key, None)

    def _unlinked(self, items: list[Any]) -> None:
        for number in items:
            self.links.forget(number)

    def drop(self, number: int) -> None:
        """A stand-in of that number is gone; the other side is told with the next message."""
        self.standins.pop(number, None)
        self._drops[number] = self._drops.get(number, 0) + self.times.pop(number, 1)

    def _note_drops(self) -> None:
        drops, self._drops = self._drops, {}
        gone = [(n, times) for n, times in drops.items()]
        if gone:
            self.extras["drop"] = gone

    # ---- reading

    def made(self, reference: Any, waiting: list[Any]) -> Any:
        """The object that a persistent id stands for."""
        letter = reference[0]
        maker = MAKERS.get(letter)
        if maker is None:
            raise Garbled(f"an unknown reference {letter!r}")
        if letter == "n":
            container = containers.new_container(reference[2], reference[3])
            self.links.add(container, reference[1])
            waiting.append(container)
            return container
        return maker(self, *reference[1:])

    def standin(self, number: int, make: Callable[[], Any], *, keep: bool = False) -> Any:
        """The stand-in for the other's object of that number, made where there is none."""
        found = self.kept.get(number)
        if found is None:
            weak = self.standins.get(number)
            found = weak() if weak is not None else None
        if found is None:
            found = make()
            if keep:
                self.kept[number] = found
                self.theirs[id(found)] = number
            else:
                instances.watch(self, found, number)
        self.times[number] = self.times.get(number, 0) + 1
        return found


def _emptied(extras: dict[str, list[Any]]) -> tuple[Any, ...]:
    """The extras as tuples, which alone hold what is in them."""
    pairs = []
    for letter, items in extras.items():
        pairs.append((letter, tuple(items)))
        items.clear()
    return tuple(pairs)
