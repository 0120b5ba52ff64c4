"""What the words for states mean: a choice of a field, or a flag."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.providers.offline.reading.sentences import Sentence
from assistant.providers.offline.reading.unclear import Unclear
from assistant.providers.offline.reading.words import verb_of
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
# Verbs that take back what another has set; the flag is the other's participle.
REVERSED = {
    "deactivate": ("active", "activated"),
    "disable": ("enabled", "active"),
    "unpublish": ("published",),
    "unarchive": ("archived",),
    "unlock": ("locked",),
    "unblock": ("blocked",),
    "unpin": ("pinned",),
    "reopen": ("closed", "completed", "done", "resolved", "finished"),
    "resume": ("paused", "suspended"),
    "restore": ("archived",),
}
FLAGS = {"activate": "active", "enable": "enabled", "do": "done"}


@dataclass(slots=True)
class Change:
    """All that was said of one state change."""

    verb: str
    done: str
    sentence: Sentence
    to: str = ""
    sources: list[list[str]] = field(default_factory=list)
    only: list[list[str]] = field(default_factory=list)
    never: list[list[str]] = field(default_factory=list)
    earlier_than: list[str] = field(default_factory=list)


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
    for flag in REVERSED.get(change.verb, ()):
        for candidate in known:
            if candidate.type == "boolean" and candidate.words in (flag, f"is {flag}"):
                return Condition(candidate.name, (False,))
    if change.verb in REVERSED and change.verb != "deactivate" and change.verb != "disable":
        return None
    wanted = (change.done, *_RESULTS.get(change.verb, ()), *FLAGS.get(change.verb, "").split())
    for result in wanted:
        found = find_state([f for f in known if f.type == "boolean"], result)
        if found:
            return found
    return None


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
