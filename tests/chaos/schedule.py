"""Which run is killed where: drawn from a seed and from the points of an uninterrupted run."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

How = Literal["point", "received", "replied", "instant"]
Mode = Literal["CODE", "SERVICE"]

_HOWS: tuple[How, ...] = ("point", "received", "replied", "instant")
_WEIGHTS = (75, 10, 5, 10)
_AT_START = 0.2  # share of later kills that hit the way back into the run
_DELAYS = (0.0, 0.0, 0.0, 0.002, 0.02)  # seconds; programs that were started are on their way then
_SERVICE_EVERY = 4
_REPLAY_EVERY = 3
_FIRST_EVENT = "events.ndjson"


@dataclass(frozen=True)
class Kill:
    """Where one command dies.

    Attributes:
        at: number of the point or of the request, from 1; milliseconds for an instant.
        delay: seconds after a point.
        what: the point's name in the uninterrupted run, for people.
    """

    how: How
    at: int
    delay: float = 0.0
    what: str = ""

    def __str__(self) -> str:
        after = f" +{self.delay * 1000:g} ms" if self.delay else ""
        return f"{self.how} {self.at}{after}{f' ({self.what})' if self.what else ''}"


@dataclass(frozen=True)
class Plan:
    """One run: how it is begun, where it is killed, and how it is taken up again.

    Attributes:
        by_resume: for each start after the first, whether it is `resume RUN`.
        replayed: whether it is replayed in the end.
    """

    number: int
    mode: Mode
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


def mode_of(number: int) -> Mode:
    """The mode of a run: every fourth one makes a service."""
    return "SERVICE" if number % _SERVICE_EVERY == 0 else "CODE"


def draw(seed: int, number: int, kills: int, reference: Reference) -> Plan:
    """The plan of one run; the same arguments give the same plan."""
    source = random.Random(f"{seed} {number}")
    drawn: list[Kill] = []
    reached = 0
    for _ in range(kills):
        kill, reached = _kill(source, reference, reached, first=not drawn)
        drawn.append(kill)
    resumes = tuple((number + index) % 2 == 0 for index in range(kills))
    return Plan(number, mode_of(number), tuple(drawn), resumes, number % _REPLAY_EVERY == 0)


def _kill(
    source: random.Random, reference: Reference, reached: int, *, first: bool
) -> tuple[Kill, int]:
    """A kill of a command that takes the run up at the point `reached`, and where that leads."""
    how = source.choices(_HOWS, _WEIGHTS)[0]
    if how == "instant":
        share = source.uniform(0.2, 1.0)
        return Kill("instant", round(reference.seconds * 1000 * share)), reached
    if how != "point":
        request = source.randint(1, reference.requests) if first else 1
        return Kill(how, request), reached
    delay = source.choice(_DELAYS)
    if not first and source.random() < _AT_START:
        at = source.randint(1, reference.entry)
        return Kill("point", at, delay, reference.points[at - 1]), reached
    # Names first, so that what happens rarely is hit as often as what happens all the time.
    ahead = reference.points[reached:]
    name = source.choice(sorted(set(ahead)))
    at = reached + source.choice(_places(ahead, name))
    number = at if first else reference.entry + at - reached
    return Kill("point", number, delay, name), min(at, len(reference.points) - 1)


def _places(points: Sequence[str], name: str) -> list[int]:
    return [place for place, point in enumerate(points, 1) if point == name]
