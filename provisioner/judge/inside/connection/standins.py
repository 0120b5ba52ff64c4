"""Stand-ins for the other side's objects: there is one for each, as long as it lives here."""

from __future__ import annotations

import collections
import weakref
from collections.abc import Callable
from typing import Any

from ..mirror.mirrored import Mirrored
from ..mirror.weakly import Weak

#: Exceptions have no weak references: the last ones are remembered.
_RECENT = 400


class StandIn(weakref.ref[Any]):
    """Leads to a stand-in while it lives, and knows how often the other side has named that."""

    __slots__ = ("key", "number", "times")
    key: int
    number: int
    times: int


class StandIns:
    """The objects of the other side, by its numbers.

    Args:
        weak: beside the code, see weakly.py.

    Attributes:
        kept: stand-ins that stay, by number.
        standins: what leads to the others, by number.
        drops: numbers of those that are gone and how often they were named, for the other side.
    """

    def __init__(self, weak: Weak | None) -> None:
        self._weak = weak
        self.kept: dict[int, Any] = {}
        self.standins: dict[int, StandIn] = {}
        self.drops: list[tuple[int, int]] = []
        self._theirs: dict[int, int] = {}  # id of a stand-in: number of the other's object
        self._times: dict[int, int] = {}
        self._each: set[int] = set()
        self._recent: collections.deque[int] = collections.deque()

    def ended(self, number: int) -> None:
        """An object that stands for a mention of that number is gone."""
        if number in self._each:
            self.drops.append((number, 1))

    def standin(self, number: int, make: Callable[[], Any], *, keep: bool = False) -> Any:
        """The stand-in for the other's object of that number, made where there is none."""
        found = self._known(number)
        if found is None:
            made = make()
            found = self._known(number)  # another thread may have made it meanwhile
            if found is None:
                found = made
                (self.keep if keep else self._watch)(number, made)
        if (leads := self.standins.get(number)) is not None:
            leads.times += 1
            if self._weak is not None:
                self._weak.see(number, found)
        elif number in self.kept:
            self._times[number] = self._times.get(number, 0) + 1
        return found

    def _known(self, number: int) -> Any:
        found = self.kept.get(number)
        if found is None and (leads := self.standins.get(number)) is not None:
            found = leads()
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
                self.drops.append((old, self._times.pop(old, 1)))
        return found

    def _watch(self, number: int, made: Any) -> None:
        """Remember a stand-in as long as it lives here."""
        try:
            leads = StandIn(made, self._gone)
        except TypeError:  # integers and tuples have none: there is one for each mention
            self._each.add(number)
            return
        leads.number, leads.key, leads.times = number, id(made), 0
        if not isinstance(type(made), Mirrored):
            self._theirs[leads.key] = number
        self.standins[number] = leads

    def _gone(self, leads: StandIn) -> None:
        """A stand-in is gone; the other side is told with the next message."""
        if self.standins.get(leads.number) is leads:  # else there is another one by now
            del self.standins[leads.number]
        if self._theirs.get(leads.key) == leads.number:
            del self._theirs[leads.key]
        self.drops.append((leads.number, leads.times))
