"""The objects of one process as the other one sees them: numbers, descriptions, stand-ins."""

from __future__ import annotations

import functools
import io
import types
from collections.abc import Callable
from typing import Any

from ..mirror import exceptions, weakly
from ..mirror.functions import Named, Owner
from ..mirror.mirrored import ask, number_of
from . import references
from .links import Links
from .order import Order
from .standins import StandIns
from .wire import HEADER, Encoder, Garbled, Reader, flat

#: Extras that are shown once a message is read: what shows them may wait for another thread.
_AFTER = ("printed", "warned", "logged")


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


class Space(StandIns):
    """What both processes know of each other's objects: ours by number, theirs as stand-ins.

    Args:
        trusting: whether the other side is trusted: true beside the code, false beside the tests.
        folder: the feature's, with a separator at its end.

    Attributes:
        peer: asks the other side, see talk.Talk.
        order: in which messages are written and read.
        links: the containers that both sides hold.
        named: functions of the library, which the tests named first.
        extras: what goes with the next message, by kind.
        looks: what is done before each message.
        enters: whether the message that is read begins a block of the code's, or calls the tests.
        received: what to do with extras of the other side, by kind.
        raised: an exception that an extra of the last message led to.
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
        self.order = Order()
        self.links = Links(1 if trusting else 2)
        self.named = Named(trusting)
        self.extras: dict[str, list[Any]] = {}
        self.received: dict[str, Callable[[list[Any]], None]] = {
            "drop": self._dropped,
            "unlink": self.links.unlink,
            "unlinked": self.links.forget,
            "weak": functools.partial(weakly.hold, self),
        }
        self.raised: BaseException | None = None
        self.descriptions: dict[int, Any] = {}
        self.doubles: dict[Any, Any] = {}
        self.kept_names: frozenset[str] = frozenset()
        self.note_made: Callable[[Any], None] = lambda made: None
        self.compare: Callable[..., Any] = _compare
        self.exports: dict[int, Export] = {}
        super().__init__(weakly.Weak(self) if trusting else None)
        self.looks = [self._weak.look] if self._weak is not None else []
        self.enters = False
        self._numbers: dict[Any, int] = {}
        self._next = 1

    def encode(self, operation: str, body: tuple[Any, ...]) -> bytes:
        """One message; raises Unsupported for what cannot be sent, and then nothing is lost."""
        message = operation, body
        with self.order.lock:
            if (data := flat(message)) is not None:
                news = self._news()
                if not news[0]:
                    return self.order.framed(data, False)
            encoder = Encoder(self)
            try:
                encoder.dump(message)
                extras, changed = self._news() if data is None else news
                containers = [self.links.by_number[number].value for number in changed]
                return self.order.framed(*encoder.end(extras, containers))
            except BaseException:
                encoder.take_back()
                raise

    def _news(self) -> tuple[tuple[Any, ...], list[int]]:
        """What goes with the next message, and the numbers of containers that have changed."""
        links = self.links
        for look in self.looks:
            look()
        changed = links.changed() if links.by_number else []
        extras: dict[str, Any] = {}
        if self.extras:
            extras, self.extras = self.extras, extras
        if self.drops:
            extras["drop"], self.drops = self.drops, []
        if changed:
            extras["changed"] = list(changed)
        if links.unused:
            extras["unlink"], links.unused = links.unused, []
        if links.unlinked:
            extras["unlinked"], links.unlinked = links.unlinked, []
        if not extras:
            return (), changed
        return tuple([(kind, tuple(items)) for kind, items in extras.items()]), changed

    def decode(self, data: bytes, enters: bool = False) -> tuple[str, tuple[Any, ...]]:
        """Operation and body of a message, once all earlier ones are read; raises Garbled.

        Args:
            enters: whether it answers who goes into a block of the other side's.
        """
        waiting: list[Any] = []
        make = functools.partial(references.made, self, waiting)
        try:
            more = self.order.begin(data)
            try:
                file = io.BytesIO(data)
                file.seek(HEADER.size)
                reader = Reader(file)
                operation, body = reader.read(make)
                if type(operation) is not str or type(body) is not tuple:
                    raise Garbled("no message")
                if not more:
                    return operation, body
                extras = dict(reader.read(make))
                self.enters = enters or operation not in ("=", "!")
                waiting += (changed := [self.linked(one) for one in extras.pop("changed", ())])
                if changed and self.peer.perturbation and body and body[0] is None:
                    self.peer.perturbation.elsewhere = True  # this is all that was done
                for container in waiting:  # grows meanwhile
                    self.links.fill(container, reader.read(make))
                for kind in [one for one in extras if one not in _AFTER]:
                    self.received[kind](list(extras.pop(kind)))
            finally:
                self.order.lock.release()
            for kind, items in extras.items():
                self._show(kind, list(items))
        except (Garbled, Unsupported):
            raise
        except Exception as error:  # judged code wrote it: no message, whatever it breaks
            if self.trusting:
                raise
            raise Garbled(f"{type(error).__name__}: {error}") from error
        return operation, body

    def _show(self, kind: str, items: list[Any]) -> None:
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
        return number, describe(value, self)

    def number_of(self, value: Any) -> int:
        """The number of the other side's object that this stands for, 0 for our own."""
        if type(value) is types.MethodType and type(value.__self__) is Owner:
            value = value.__func__
        return self._theirs.get(id(value)) or number_of(value)

    def linked(self, number: int) -> Any:
        """The container of that number, which both sides hold; raises LookupError."""
        return self.order.on_its_way(lambda: self.links.heard(number))

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
        if (export := self.exports.pop(number, None)) is not None:
            self._numbers.pop(export.key, None)
