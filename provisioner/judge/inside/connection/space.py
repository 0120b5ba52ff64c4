"""The objects of one process as the other one sees them: numbers, descriptions, stand-ins."""

from __future__ import annotations

import collections
import functools
import io
import time
import types
import weakref
from collections.abc import Callable
from typing import Any

from ..mirror import exceptions, weakly
from ..mirror.functions import Named, Owner
from ..mirror.mirrored import Mirrored, ask, number_of
from . import references
from .links import Links
from .wire import Encoder, Garbled, Reader, flat

#: Exceptions have no weak references: the last ones are remembered.
_RECENT = 400
_pause = time.sleep  # tests may replace it


class Unsupported(NotImplementedError):
    """What was asked for cannot be done between two processes."""


class Export:
    """An object that the other side knows, how often it was sent, and whether described.

    Its value is a weak reference where `weak` says so.
    """

    __slots__ = ("count", "described", "key", "value", "weak")

    def __init__(self, value: Any, key: Any) -> None:
        self.value, self.key, self.count = value, key, 0
        self.described = self.weak = False


def _key(value: Any) -> Any:
    """What tells an object from others that live; a method is made anew each time it is read."""
    if type(value) is types.MethodType:
        return id(value.__self__), value.__func__
    return id(value)


def _compare(owner: Any, name: str, *others: Any) -> Any:
    return ask(owner, "special", name, others)


class Space:
    """What both processes know of each other's objects.

    Args:
        trusting: whether the other side is trusted: true beside the code, false beside the tests.
        folder: the feature's, with a separator at its end.

    Attributes:
        peer: asks the other side, see talk.Talk.
        links: the containers that both sides hold.
        named: functions of the library, which the tests named first.
        extras: what goes with the next message, by kind.
        looks: what is done before each message.
        received: what to do with extras of the other side, by kind.
        raised: an exception that an extra of the last message led to.
        kept: stand-ins that stay, by number.
        standins: weak references to the others, by number.
        descriptions: of functions of the other side, by number.
        doubles: classes that stand for those of unittest.mock.
        exports: objects of ours, by number.
        note_made: is told what the tests made by calling a class of the code's.
        kept_names: what `import *` from the code leaves as the tests have it.
        compare: the result of a special method of a mirrored object that is WATCHED.
    """

    peer: Any

    def __init__(self, *, trusting: bool, folder: str) -> None:
        self.trusting, self.folder = trusting, folder
        self.links = Links(1 if trusting else 2)
        self.named = Named(trusting)
        self.extras: dict[str, list[Any]] = {}
        self.received: dict[str, Callable[[list[Any]], None]] = {
            "drop": self._dropped,
            "unlink": self._unlinked,
            "weak": functools.partial(weakly.hold, self),
        }
        self.raised: BaseException | None = None
        self.kept: dict[int, Any] = {}
        self.standins: dict[int, Any] = {}
        self.descriptions: dict[int, Any] = {}
        self.doubles: dict[Any, Any] = {}
        self.kept_names: frozenset[str] = frozenset()
        self.note_made: Callable[[Any], None] = lambda made: None
        self.compare: Callable[..., Any] = _compare
        self.exports: dict[int, Export] = {}
        self._weak = weakly.Weak(self) if trusting else None
        self.looks = [self._weak.look] if self._weak is not None else []
        self._numbers: dict[Any, int] = {}
        self._next = 1
        self._theirs: dict[int, int] = {}  # id of a stand-in: number of the other's object
        self._times: dict[int, int] = {}
        self._drops, self._each = dict[int, int](), set[int]()
        self._recent: collections.deque[int] = collections.deque()

    def encode(self, operation: str, body: tuple[Any, ...]) -> bytes:
        """One message; raises Unsupported for what cannot be sent."""
        links = self.links
        for look in self.looks:
            look()
        if self._drops:
            self.extras["drop"] = list(self._drops.items())
            self._drops = {}
        changed = links.changed() if links.by_number else []
        if changed:
            self.extras["changed"] = list(changed)
        if links.dropped:
            self.extras["unlink"], links.dropped = links.dropped, []
        extras = None
        if self.extras:
            extras = tuple([(kind, tuple(items)) for kind, items in self.extras.items()])
            self.extras = {}
        elif (data := flat((operation, None, body))) is not None:
            return data
        encoder = Encoder(self)
        try:
            return encoder.write(
                (operation, extras, body), [links.by_number[number].value for number in changed]
            )
        except BaseException:
            for export in encoder.described:
                export.described = False
            for number in encoder.linked:
                links.forget(number)
            raise

    def decode(self, data: bytes) -> tuple[str, tuple[Any, ...]]:
        """Operation and body of a message; raises Garbled."""
        waiting: list[Any] = []
        make = functools.partial(references.made, self, waiting)
        try:
            reader = Reader(io.BytesIO(data))
            operation, extras, body = reader.read(make)
            if type(operation) is not str or type(body) is not tuple:
                raise Garbled("no message")
            if extras is None and not waiting:
                return operation, body
            kinds = dict(extras or ())
            waiting[:0] = [self.linked(number) for number in kinds.pop("changed", ())]
            for container in waiting:  # grows meanwhile
                self.links.fill(container, reader.read(make))
            for kind, items in kinds.items():
                self._receive(kind, list(items))
        except (Garbled, Unsupported):
            raise
        except Exception as error:  # judged code wrote it: no message, whatever it breaks
            if self.trusting:
                raise
            raise Garbled(f"{type(error).__name__}: {error}") from error
        return operation, body

    def _receive(self, kind: str, items: list[Any]) -> None:
        try:
            self.received[kind](items)
        except Exception as error:  # a filter of the tests' raises any category
            if kind != "warned":
                raise
            self.raised = error  # the tests make errors of warnings

    def reference(self, value: Any, kind: type, encoder: Encoder) -> tuple[Any, ...]:
        """The persistent id of what pickle does not write by itself."""
        if number := self.number_of(value):
            return ("y", number, *exceptions.notes_of(value))
        return references.written(self, value, kind, encoder)

    def export(self, value: Any) -> int:
        """The number under which the other side knows an object of ours; counts the mention."""
        key = _key(value)
        number = self._numbers.get(key)
        if number is None:
            number = self._next
            self._next += 1
            self._numbers[key] = number
            self.exports[number] = Export(value, key)
        self.exports[number].count += 1
        return number

    def described(self, value: Any, describe: Callable[..., Any], encoder: Encoder) -> Any:
        """Number and description of an object; the first mention alone has the latter."""
        number = self.export(value)
        export = self.exports[number]
        if export.described:
            return number, None
        export.described = True
        encoder.described.append(export)
        return number, describe(value, self.folder)

    def number_of(self, value: Any) -> int:
        """The number of the other side's object that this stands for, 0 for our own."""
        if type(value) is types.MethodType and type(value.__self__) is Owner:
            value = value.__func__
        return self._theirs.get(id(value)) or number_of(value)

    def on_its_way(self, find: Callable[[], Any]) -> Any:
        """What a message to another thread brings first; raises LookupError after 2 s."""
        for _ in range(4000):
            if (found := find()) is not None:
                return found
            _pause(0.0005)
        raise LookupError("nothing was said of it")

    def linked(self, number: int) -> Any:
        """The container of that number, which both sides hold; raises LookupError."""
        return self.on_its_way(lambda: self.links.find(number))

    def is_exported(self, value: Any) -> bool:
        """Whether the other side knows an object of ours."""
        return _key(value) in self._numbers

    def ours(self, owner: Any) -> Any:
        """The object of ours that the other side means by a number; what is none as it is."""
        if type(owner) is not int:
            return owner
        if (export := self.exports.get(owner)) is None:
            raise Garbled(f"a number of no object: {owner!r}")
        return export.value() if export.weak else export.value

    def _dropped(self, items: list[Any]) -> None:
        for number, times in items:
            if export := self.exports.get(number):
                export.count -= times
                if export.count <= 0:
                    self.forget(number)

    def forget(self, number: int) -> None:
        """The other side does not know our object of that number any longer."""
        self._numbers.pop(self.exports.pop(number).key, None)

    def _unlinked(self, numbers: list[int]) -> None:
        for number in numbers:
            self.links.forget(number)

    def drop(self, number: int) -> None:
        """A stand-in of that number is gone; the other side is told with the next message."""
        self.standins.pop(number, None)
        self._drops.setdefault(number, 0)
        self._drops[number] += 1 if number in self._each else self._times.pop(number, 1)

    def standin(self, number: int, make: Callable[[], Any], *, keep: bool = False) -> Any:
        """The stand-in for the other's object of that number, made where there is none."""
        found = self.kept.get(number)
        if found is None and number in self.standins:
            found = self.standins[number]()
        if found is None:
            found = make()
            if keep:
                self.keep(number, found)
            else:
                self._watch(number, found)
        self._times[number] = self._times.get(number, 0) + 1
        if self._weak is not None and number in self.standins:
            self._weak.see(number, found)
        return found

    def keep(self, number: int, made: Any) -> None:
        """Remember a stand-in for good."""
        self.kept[number] = made
        self._theirs[id(made)] = number

    def recent(self, number: int, make: Callable[[], Any]) -> Any:
        """As `standin`, for what is remembered until many others have come."""
        known = number in self.kept
        found = self.standin(number, make, keep=True)
        if not known:
            self._recent.append(number)
            if len(self._recent) > _RECENT:
                old = self._recent.popleft()
                self._theirs.pop(id(self.kept.pop(old, None)), None)
                self.drop(old)
        return found

    def _watch(self, number: int, made: Any) -> None:
        """Remember a stand-in as long as it lives here."""
        if isinstance(type(made), Mirrored):  # it says itself when it goes
            try:
                self.standins[number] = weakref.ref(made, id)  # nobody else gets this one
            except TypeError:  # integers and tuples have none: there is one for each mention
                self._each.add(number)
        else:
            key = id(made)

            def ended(_: Any) -> None:
                self._theirs.pop(key, None)
                self.drop(number)

            self._theirs[key] = number
            self.standins[number] = weakref.ref(made, ended)
