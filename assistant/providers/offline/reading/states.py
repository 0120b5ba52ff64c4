"""What the words for states mean: a choice of a field, or a flag."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.providers.offline.reading.sentences import Sentence
from assistant.providers.offline.reading.unclear import Unclear
from assistant.providers.offline.reading.words import STATE_VERBS, participle, verb_of
from assistant.providers.offline.spec import Condition, Field

# What a verb makes of a thing where that is not its participle.
_RESULTS = {
    "complete": ("done", "complete", "finished", "closed"),
    "finish": ("done", "completed", "complete", "closed"),
    "do": ("done", "completed"),
    "resolve": ("done", "closed", "fixed"),
    "start": ("in progress", "running", "active", "ongoing", "doing", "under way"),
    "begin": ("in progress", "running", "active", "started"),
    "resume": ("in progress", "running", "active", "started"),
    "reopen": ("open",),
    "activate": ("active",),
    "deactivate": ("inactive",),
    "enable": ("active",),
    "disable": ("inactive",),
    "cancel": ("canceled", "cancelled"),
    "lend": ("borrowed", "on loan"),
    "borrow": ("lent", "on loan", "lent out"),
    "return": ("available", "in stock"),
    "release": ("available", "free"),
    "publish": ("public", "live"),
    "unpublish": ("draft",),
    "restore": ("active",),
    "unblock": ("active",),
    "approve": ("accepted",),
    "fulfill": ("fulfilled", "complete"),
    "fulfil": ("fulfilled",),
}
# Verbs that take back what another has set; the flag is the other's result. Those with a prefix
# do so in any case, the others only where something sets that flag.
_REVERSED = {
    "deactivate": ("active", "activated"),
    "disable": ("enabled", "active"),
    "reopen": ("closed", "completed", "done", "resolved", "finished"),
    "resume": ("paused", "suspended"),
    "restore": ("archived",),
    "release": ("held", "locked", "blocked"),
    "return": ("lent", "borrowed", "rented", "taken"),
}
_FLAGS = {"activate": "active", "reactivate": "active", "enable": "enabled"}


def undone_by(verb: str) -> tuple[str, ...]:
    """The flags that the verb takes back."""
    if verb.startswith("un") and verb[2:] in STATE_VERBS:
        return (participle(verb[2:]),)
    return _REVERSED.get(verb, ())


def always_undoes(verb: str) -> bool:
    """Whether the verb takes something back even where nothing is said to set it."""
    return verb in ("deactivate", "disable") or (verb[2:] in STATE_VERBS and verb.startswith("un"))


def flag_of(change: Change) -> str:
    """The flag that a change sets where there is no field for it."""
    return change.to or _FLAGS.get(change.verb, change.done)


When = Literal["from", "only", "never", "before"]


@dataclass(slots=True)
class Change:
    """All that was said of one state change.

    Attributes:
        to: the state it leads to, "" where the verb says it.
        conditions: states, and how they matter: it starts from them, from them only, from all
            but them, or from those that come before them.
        allowed: a sentence says that it can be done, if only sometimes.
        forbidden: a sentence says that it can never be done.
        later: the states among the conditions that come about, so that nothing starts in them.
    """

    verb: str
    done: str
    sentence: Sentence
    to: str = ""
    conditions: list[tuple[When, list[str]]] = field(default_factory=list)
    allowed: bool = False
    forbidden: bool = False
    later: list[str] = field(default_factory=list)


def find_state(known: Sequence[Field], word: str) -> Condition | None:
    """The field and value that a state's word means."""
    plain = _plain(word)
    for candidate in known:
        for choice in candidate.choices:
            if _plain(choice) == plain:
                return Condition(candidate.name, (choice,))
    negative = re.sub(r"^(?:not |un|in|dis)(?=\w{3})", "", plain)
    for candidate in known:
        if candidate.type == "boolean":
            same = {_plain(candidate.words), _plain(candidate.words).removeprefix("is ")}
            if plain in same or any(plain in group and same & group for group in _SAME):
                return Condition(candidate.name, (True,))
            if negative != plain and negative in same:
                return Condition(candidate.name, (False,))
    verb = verb_of(plain)
    for result in _RESULTS.get(verb or "", ()):
        for candidate in known:
            if result in map(_plain, candidate.choices):
                found = next(c for c in candidate.choices if _plain(c) == result)
                return Condition(candidate.name, (found,))
    return None


_SAME = (frozenset({"done", "completed", "complete", "finished"}),)


def _plain(word: str) -> str:
    return re.sub(r"[_\s-]+", " ", word.lower()).strip()


def target_of(known: Sequence[Field], change: Change) -> Condition | None:
    """The field and value that the change sets, None where no field has it yet."""
    if change.to:
        return find_state(known, change.to)
    for result in (change.done, *_RESULTS.get(change.verb, ())):
        for candidate in known:
            for choice in candidate.choices:
                if _plain(choice) == _plain(result):
                    return Condition(candidate.name, (choice,))
    flags = [candidate for candidate in known if candidate.type == "boolean"]
    for result in (flag_of(change), change.done, *_RESULTS.get(change.verb, ())):
        found = find_state(flags, result)
        if found and found.values == (True,):
            return found
    for flag in undone_by(change.verb):
        for candidate in flags:
            if candidate.words in (flag, f"is {flag}"):
                return Condition(candidate.name, (False,))
    return None


def result_in(states: Sequence[str], change: Change) -> str:
    """The state that a change leads to: one of those that were named, or its participle."""
    options = (change.done, *_RESULTS.get(change.verb, ()))
    return change.to or next((option for option in options if option in states), change.done)


def conditions_of(known: Sequence[Field], words: Sequence[str]) -> list[Condition]:
    """What the states mean, those of one field together."""
    found: dict[str, list[str | bool]] = {}
    for word in words:
        condition = find_state(known, word)
        if condition is None:
            raise Unclear(f"nothing says what {word!r} means")
        found.setdefault(condition.field, []).extend(condition.values)
    return [Condition(name, tuple(dict.fromkeys(values))) for name, values in found.items()]


def opposite(known: Sequence[Field], condition: Condition) -> Condition:
    own = next(candidate for candidate in known if candidate.name == condition.field)
    every: tuple[str | bool, ...] = own.choices or (False, True)
    return Condition(own.name, tuple(v for v in every if v not in condition.values))
