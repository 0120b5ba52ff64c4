"""The status or the flags that sentences about state changes speak of and no field has."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from assistant.providers.offline.reading.sentences import Sentence
from assistant.providers.offline.reading.states import (
    Change,
    always_undoes,
    find_state,
    flag_of,
    result_in,
    target_of,
    undone_by,
)
from assistant.providers.offline.reading.unclear import Unclear
from assistant.providers.offline.spec import Field

K = TypeVar("K")
S = TypeVar("S")
T = TypeVar("T")

_STATUS = ("status", "state", "phase", "stage")
# Words that tell no state of their own.
_NO_STATE = frozenset(
    {"created", "deleted", "updated", "listed", "changed", "removed", "nobody", "empty"}
)


@dataclass(slots=True)
class Ban:
    """``operation`` is refused in ``states``; with ``unless`` in all others."""

    operation: Literal["update", "delete"]
    states: list[str]
    sentence: Sentence
    unless: bool = False


def said_in(sentence: Sentence, read: Callable[[K, S], T], known: K, said: S) -> T:
    """What ``read`` gives; what is unclear is the sentence's."""
    try:
        return read(known, said)
    except Unclear as unclear:
        unclear.sentence = sentence
        raise


def derive(
    fields: Sequence[Field], changes: Sequence[Change], bans: Sequence[Ban], initial: str
) -> tuple[list[Field], tuple[str, ...]]:
    """The fields with what they lack, and what had to be assumed for that.

    States that follow one another become a status; what stands alone becomes a flag.
    """
    known = list(fields)
    told: tuple[str, ...] = ()
    missing = [change for change in changes if target_of(known, change) is None]
    named = _named(known, changes, bans, initial)
    status = any(field.choices and field.name in _STATUS for field in known)
    if missing and not status and _follows(missing, named):
        told = _add_status(known, changes, named, initial if initial in named else "")
    for change in missing:
        if target_of(known, change) is None:
            said_in(change.sentence, _add_flag, (known, changes), change)
    if initial:
        _start(known, initial)
    return known, told


def _named(
    known: Sequence[Field], changes: Sequence[Change], bans: Sequence[Ban], initial: str
) -> list[str]:
    """The states that are spoken of and that no field has."""
    words = [] if not initial or initial.startswith("not ") else [initial]
    for change in changes:
        for _, states in change.conditions:
            said_in(change.sentence, _check_words, known, states)
            words += states
    for ban in bans:
        said_in(ban.sentence, _check_words, known, ban.states)
        words += ban.states
    return [word for word in dict.fromkeys(words) if find_state(known, word) is None]


def _check_words(known: Sequence[Field], words: Sequence[str]) -> None:
    """Words that nothing describes must at least sound like states."""
    for word in words:
        sounds = re.fullmatch(r"[^\W\d]+(?:-[^\W\d]+)?", word) and word not in _NO_STATE
        if not sounds and find_state(known, word) is None:
            raise Unclear(f"nothing says what {word!r} means")


def _follows(changes: Sequence[Change], named: Sequence[str]) -> bool:
    """Whether the states follow one another, rather than each standing alone."""
    results = {flag_of(change): change for change in changes}
    if any(word not in results for word in named):
        return bool(named)
    return any(
        word in results and word not in undone_by(change.verb) and results[word] is not change
        for change in changes
        for _, words in change.conditions
        for word in words
    )


def _add_status(
    known: list[Field], changes: Sequence[Change], named: Sequence[str], initial: str
) -> tuple[str, ...]:
    results = [result_in(named, change) for change in changes]
    first = [word for word in named if word == initial or word not in results]
    for change in changes:
        if late := [word for word in first if word in change.later and word != initial]:
            unclear = Unclear(f"nothing says what makes it {late[0]}")
            unclear.sentence = change.sentence
            raise unclear
    told: tuple[str, ...] = () if initial else (f"what is new is {first[0]}",) if first else ()
    if not first:
        first = ["new"]
        told = ("the status of what is new is called new",)
    states = tuple(dict.fromkeys([*first, *results]))
    status = Field("status", "status", choices=states, default=first[0])
    for place, candidate in enumerate(known):
        if candidate.name in _STATUS and candidate.type == "text":
            known[place] = replace(status, name=candidate.name, words=candidate.words)
            return told
    known.append(status)
    return told


def _add_flag(where: tuple[list[Field], Sequence[Change]], change: Change) -> None:
    known, changes = where
    if change.to and change.to != change.done:
        raise Unclear(f"no field can be {change.to!r}")
    others = [flag_of(other) for other in changes if other is not change]
    undone = [flag for flag in undone_by(change.verb) if flag in others]
    if undone:
        name, default = undone[0], False
    elif always_undoes(change.verb):
        name, default = undone_by(change.verb)[0], True
    elif change.verb in ("reopen", "resume", "restore", "release"):
        raise Unclear(f"nothing says what it means to {change.verb} it")
    else:
        name, default = flag_of(change), False
    if any(candidate.name == name for candidate in known):
        raise Unclear(f"{name!r} is a field, and no flag")
    known.append(Field(name, name, "boolean", default=default, filled="state"))


def _start(known: list[Field], initial: str) -> None:
    """A new resource is in the initial state."""
    condition = find_state(known, initial)
    if condition is None:
        raise Unclear(f"nothing says what {initial!r} means")
    for place, candidate in enumerate(known):
        if candidate.name == condition.field:
            known[place] = replace(candidate, default=condition.values[0], optional=False)
