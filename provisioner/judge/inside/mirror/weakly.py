"""Weak references of the code's to the tests' objects, which lead somewhere while those live."""

from __future__ import annotations

import sys
import types
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..connection.space import Space

_refcount, _weak_references = sys.getrefcount, weakref.getweakrefcount


class Weak:
    """Beside the code: stand-ins that weak references lead to, which stay here with the tests' own.

    The tests are told whenever the code has begun or ceased to hold one itself.
    """

    def __init__(self, space: Space) -> None:
        self._space = space
        self._seen: list[tuple[int, Any]] = []
        self._held: dict[int, Any] = {}
        self._weak: set[int] = set()
        space.received["ended"] = self._ended

    def see(self, number: int, standin: Any) -> None:
        """Keep a stand-in until the next message, by which a weak reference may lead to it."""
        self._seen.append((number, standin))

    def look(self) -> None:
        """Before each message: find those, and tell what has changed."""
        if self._seen:
            seen, self._seen = self._seen, []
            self._held.update(one for one in seen if _weak_references(one[1]) > 1)
            seen.clear()
        for number in list(self._held):
            if _weak_references(self._held[number]) <= 1:
                del self._held[number]  # the tests are told of its end as of any other
                weakly = False
            else:
                weakly = _refcount(self._held[number]) <= _ALONE
            if weakly != (number in self._weak):
                (self._weak.add if weakly else self._weak.discard)(number)
                self._space.extras.setdefault("weak", []).append((number, weakly))

    def _ended(self, numbers: list[int]) -> None:
        for number in numbers:
            self._weak.discard(number)
            self._held.pop(number, None)


def hold(space: Space, items: list[tuple[int, bool]]) -> None:
    """Beside the tests: hold objects of theirs weakly, or as any other again."""
    for number, weakly in items:
        export = space.exports.get(number)
        if export is None or export.weak == weakly:
            continue
        if not weakly:
            export.value, export.weak = export.value(), False
            continue

        def ended(_: Any, number: int = number) -> None:
            space.forget(number)
            space.extras.setdefault("ended", []).append(number)

        kind = weakref.WeakMethod if type(export.value) is types.MethodType else weakref.ref
        try:
            export.value, export.weak = kind(export.value, ended), True
        except TypeError:  # it has no weak references
            continue


def _alone() -> int:
    """What sys.getrefcount says of what a dictionary alone holds."""
    held = {1: object()}
    return next(_refcount(held[number]) for number in held)


_ALONE = _alone()
