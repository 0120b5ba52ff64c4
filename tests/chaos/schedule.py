"""Which run is killed where: drawn from a seed and from the points of an uninterrupted run."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Literal

How = Literal["point", "received", "replied", "instant"]
Mode = Literal["CODE", "SERVICE"]

_HOWS: tuple[How, ...] = ("point", "received", "replied", "instant")
_WEIGHTS = (75, 10, 5, 10)
_AT_START = 0.2  # share of later kills that hit the way back into the run
_DELAYS = (0.0, 0.0, 0.0, 0.002, 0.02)  # seconds; programs that were started are on their way then
_LAST_POINTS = 8  # between the record of a run's end and the end of its process
_SERVICE_EVERY = 4
_PROVEN_EVERY = 3
_REPLAY_EVERY = 3
_FIRST_EVENT = "events.ndjson"
_RUN_CHANGED = "ledger_runs ledger_journal(run)"


@dataclass(frozen=True)
class Kill:
    """Where one command dies.

    Attributes:
        at: number of the point of this name or of the request, from 1; milliseconds for an
            instant.
        name: of the point, as in the uninterrupted run; "" for the other ways.
        inside: whether the points are counted from the run's first event on.
        delay: seconds after a point.
        signals: that it gets; none is SIGKILL for its group.
        last: where the command is not hit before, it dies so many points after it has come to
            record the run's end, which it passes whatever was done before.
    """

    how: How
    at: int
    name: str = ""
    inside: bool = False
    delay: float = 0.0
    last: int = 0
    signals: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.how} {self.at}{f' {self.name}' if self.name else ''}"

    def order(self) -> str:
        """For the command that is to die, see points/sitecustomize.py."""
        return json.dumps(
            {
                "name": self.name,
                "nth": self.at,
                "inside": self.inside,
                "delay": self.delay,
                "last": self.last,
                "signals": self.signals,
            }
        )


@dataclass(frozen=True)
class Plan:
    """One run: how it is begun, where it is killed, and how it is taken up again.

    Attributes:
        proven: whether mutants and a review are part of it.
        by_resume: for each start after the first, whether it is `resume RUN`.
        replayed: whether it is replayed in the end.
    """

    number: int
    mode: Mode
    proven: bool
    kills: tuple[Kill, ...]
    by_resume: tuple[bool, ...]
    replayed: bool


@dataclass(frozen=True)
class Reference:
    """An uninterrupted run of a mode.

    Attributes:
        points: in order.
        seconds: it took.
        requests: it made.
        tree: of the feature in the commit, git's hash.
    """

    points: tuple[str, ...]
    seconds: float
    requests: int
    tree: str

    @property
    def entry(self) -> int:
        """How many points a command passes before it tells that the run goes on."""
        return next(i for i, point in enumerate(self.points, 1) if _FIRST_EVENT in point)

    @property
    def end(self) -> int:
        """How many points a command passes before it records the run's end."""
        changes = [i for i, point in enumerate(self.points) if point.endswith(_RUN_CHANGED)]
        return changes[1]


Kind = tuple[Mode, bool]
"""A mode, and whether the run is proven by mutants and a review."""


def kind_of(number: int) -> Kind:
    """Every fourth run makes a service; every third is proven and reviewed."""
    mode: Mode = "SERVICE" if number % _SERVICE_EVERY == 0 else "CODE"
    return mode, number % _PROVEN_EVERY == 1


def draw(seed: int, number: int, kills: int, reference: Reference) -> Plan:
    """The plan of one run; the same arguments give the same plan."""
    source = random.Random(f"{seed} {number}")
    drawn: list[Kill] = []
    reached = 0
    for number_of_kill in range(1, kills + 1):
        kill, reached = _kill(
            source, reference, reached, first=not drawn, final=number_of_kill == kills
        )
        drawn.append(kill)
    resumes = tuple((number + index) % 2 == 0 for index in range(kills))
    mode, proven = kind_of(number)
    replayed = number % _REPLAY_EVERY == 0
    return Plan(number, mode, proven, tuple(drawn), resumes, replayed)


def _kill(
    source: random.Random, reference: Reference, reached: int, *, first: bool, final: bool
) -> tuple[Kill, int]:
    """A kill of a command that takes the run up at the point `reached`, and where that leads.

    Only the final one may come after the run's end, for there is no run to kill then.
    """
    how = source.choices(_HOWS, _WEIGHTS)[0]
    last = source.randrange(_LAST_POINTS) if final else 0
    if how == "instant":
        share = source.uniform(0.2, 0.9 if first else 0.6)
        return Kill(how, round(reference.seconds * 1000 * share), last=last), reached
    if how != "point":
        request = source.randint(1, reference.requests) if first else 1
        return Kill(how, request, last=last), reached
    delay = source.choice(_DELAYS)
    if not first and source.random() < _AT_START:
        name = source.choice(sorted(set(reference.points[: reference.entry])))
        return Kill(how, 1, name, delay=delay, last=last), reached
    # Names first, so that what happens rarely is hit as often as what happens all the time.
    ahead = reference.points[reached : None if final else reference.end]
    name = source.choice(sorted(set(ahead)))
    places = [place for place, point in enumerate(ahead, 1) if point == name]
    # A run that goes on makes fewer of them: its journal answers, its files are there.
    index = source.randrange(len(places) if first else (len(places) + 1) // 2)
    inside = not first
    reached = min(reached + places[index], reference.end - 1)
    return Kill(how, index + 1, name, inside, delay, last), reached
