"""The dependency guard: which names are installed without a question, and why others are not.

A name comes from a model, from a log or from a file that a model may have written: it may be
invented, and somebody may have registered what models invent. Every name takes the same way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from ledger.text.packages import import_names
from provisioner.feature.packages.uv import Facts, Uv

_POPULAR = Path(__file__).with_name("popular_names.txt")
#: Names shorter than this have too many neighbours by one letter.
_SHORTEST = 4
#: From this length on two letters may differ.
_LONG = 10
_AT_ONCE = 4
#: Written alike: what stands for what. Both are compared in the second form.
_ALIKE = (("0", "o"), ("1", "l"), ("i", "l"), ("rn", "m"), ("vv", "w"), ("5", "s"))
_AFFIXES = frozenset(("python", "python2", "python3", "py", "py3", "lib", "pkg"))


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a name is not installed without approval; `possible`: whether it could be at all."""

    name: str
    why: str
    possible: bool

    def __str__(self) -> str:
        return f"{self.name}: {self.why}"


async def doubts(names: Iterable[str], *, uv: Uv, python: Path) -> list[Doubt]:
    """Look at packages by their normalized names; gives those that need an approval.

    Names of the two reviewed lists need none.

    Raises:
        IndexUnreachable: a name is on no list, and the index cannot be asked.
    """

    async def look(name: str) -> Doubt | None:
        return _doubt(name, await uv.look_up(name, python=python))

    return await _at_once(look, set(names) - reviewed())


async def young(
    pins: Mapping[str, str], *, uv: Uv, python: Path, today: date, days: int
) -> list[Doubt]:
    """Those of the releases, by normalized name, that are not so many days old yet.

    Of packages on no reviewed list: whoever takes over an old name brings a new release.
    """
    day = today - timedelta(days=days)

    async def look(name: str) -> Doubt | None:
        pin = f"{name}=={pins[name]}"
        if await uv.was_there(pin, python=python, day=day):
            return None
        why = f"release {pins[name]} was not there {days} days ago, or its age is unknown"
        return Doubt(name, why, possible=True)

    return await _at_once(look, pins.keys() - reviewed())


async def _at_once(
    look: Callable[[str], Awaitable[Doubt | None]], names: Iterable[str]
) -> list[Doubt]:
    """What a look at each name found, several at one time."""
    limit = asyncio.Semaphore(_AT_ONCE)

    async def limited(name: str) -> Doubt | None:
        async with limit:
            return await look(name)

    found = await asyncio.gather(*(limited(name) for name in sorted(names)))
    return [one for one in found if one]


def reviewed() -> set[str]:
    """The packages of the two reviewed lists."""
    return {*popular(), *(one for listed in import_names().values() for one in listed)}


def _doubt(name: str, facts: Facts) -> Doubt | None:
    near = resembles(name)
    hint = f"; it resembles {near}" if near else ""
    if not facts.exists:
        return Doubt(name, f"no such package is in the index{hint}", possible=False)
    if facts.why_not:
        return Doubt(name, f"no release can be installed here: {facts.why_not}{hint}", False)
    if near:
        return Doubt(name, f"it resembles {near}, which many projects use", possible=True)
    return None


def resembles(name: str) -> str:
    """The popular name that a name may be taken for, "" for none and for a popular name itself."""
    if name in popular() or len(name) < _SHORTEST:
        return ""
    for one in sorted(popular()):
        for form, other in zip(_forms(name), _forms(one), strict=True):
            shorter = min(len(form), len(other))
            most = 0 if shorter < _SHORTEST else 1 if shorter < _LONG else 2
            if _distance(form, other, most) <= most:
                return one
    return ""


@cache
def popular() -> frozenset[str]:
    """The reviewed list of names that many projects use."""
    lines = _POPULAR.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def _forms(name: str) -> tuple[str, str]:
    """A name without what is easily mistaken: separators and like letters; and without affixes and
    the order of its parts, too."""
    parts = name.split("-")
    bare = sorted(part for part in parts if part not in _AFFIXES) or parts
    joined, sorted_ = "".join(parts), "".join(bare)
    for one, other in _ALIKE:
        joined, sorted_ = joined.replace(one, other), sorted_.replace(one, other)
    return joined, sorted_


def _distance(one: str, other: str, most: int) -> int:
    """Letters to insert, delete, replace or swap to make one of the other; over `most`, any more.

    The optimal string alignment distance.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
