"""From what is said of state changes to the transitions and guards of a resource."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.providers.offline.reading.draft import Unclear
from assistant.providers.offline.reading.sentences import Sentence
from assistant.providers.offline.reading.words import verb_of
from assistant.providers.offline.spec import Condition, Field, Guard, Transition

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
_REVERSED = {
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
_FLAGS = {"activate": "active", "enable": "enabled", "do": "done"}


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


@dataclass(slots=True)
class Ban:
    """``operation`` is refused in ``states``; with ``unless`` in all others."""

    operation: Literal["update", "delete"]
    states: list[str]
    sentence: Sentence
    unless: bool = False


@dataclass(frozen=True, slots=True)
class Lifecycle:
    fields: tuple[Field, ...]
    transitions: tuple[Transition, ...]
    guards: tuple[Guard, ...]
    state: str
    entries: tuple[str, ...]
    assumptions: tuple[str, ...]


class StateUnknown(Unclear):
    """A state is named that nothing describes."""


def resolve(fields: Sequence[Field], changes: Sequence[Change], bans: Sequence[Ban]) -> Lifecycle:
    """Transitions and guards over the fields, which may gain a status or flags.

    Raises:
        Unclear: a state or a verb refers to nothing; ``sentence`` is told by the caller.
    """
    known = list(fields)
    _derive(known, changes, bans)
    transitions = [_transition(known, change) for change in changes]
    state, entries, assumptions = "", (), []
    targets = {t.to for t in transitions if isinstance(t.to, str)}
    names = {t.field for t in transitions if isinstance(t.to, str)}
    if len(names) > 1:
        raise Unclear("the state changes set more than one field")
    if names:
        state = names.pop()
        known, entries, told = _govern(known, state, targets)
        assumptions += told
    for transition in transitions:
        if isinstance(transition.to, bool):
            known = _govern_flag(known, transition)
    guards = [_guard(known, ban) for ban in bans]
    return Lifecycle(
        tuple(known), tuple(transitions), tuple(guards), state, entries, tuple(assumptions)
    )


def _derive(known: list[Field], changes: Sequence[Change], bans: Sequence[Ban]) -> None:
    """Adds the status or the flags that the sentences speak of and no field has."""
    unset = [c for c in changes if _target(known, c) is None]
    if not unset:
        return
    spoken = [
        word
        for change in changes
        for group in (*change.sources, *change.only, *change.never, change.earlier_than)
        for word in group
    ] + [word for ban in bans for word in ban.states]
    results = [change.to or change.done for change in changes]
    strange = [w for w in spoken if _find(known, w) is None and w not in results]
    has_choices = any(field.choices for field in known)
    if strange and not has_choices:
        states = tuple(dict.fromkeys([*strange, *results]))
        _add_status(known, states)
        return
    for change in unset:
        if _target(known, change) is None:
            _add_flag(known, change)


def _add_status(known: list[Field], states: tuple[str, ...]) -> None:
    for place, candidate in enumerate(known):
        if candidate.name in ("status", "state") and candidate.type == "text":
            known[place] = replace(candidate, choices=states, lower=None, upper=None)
            return
    known.append(Field("status", "status", choices=states))


def _add_flag(known: list[Field], change: Change) -> None:
    if change.to and change.to != change.done:
        raise StateUnknown(f"no field can be {change.to!r}")
    reverse = _REVERSED.get(change.verb)
    name = reverse[0] if reverse else _FLAGS.get(change.verb, change.done)
    if any(candidate.name == name for candidate in known):
        raise StateUnknown(f"{name!r} is a field, and no flag")
    known.append(Field(name, name, "boolean", default=bool(reverse), filled="state"))


def _find(known: Sequence[Field], word: str) -> Condition | None:
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


def _target(known: Sequence[Field], change: Change) -> Condition | None:
    """The field and value that the change sets, None where no field has it yet."""
    if change.to:
        return _find(known, change.to)
    for result in (change.done, *_RESULTS.get(change.verb, ())):
        for candidate in known:
            for choice in candidate.choices:
                if _plain(choice) == _plain(result):
                    return Condition(candidate.name, (choice,))
    for flag in _REVERSED.get(change.verb, ()):
        for candidate in known:
            if candidate.type == "boolean" and candidate.words in (flag, f"is {flag}"):
                return Condition(candidate.name, (False,))
    if change.verb in _REVERSED and change.verb != "deactivate" and change.verb != "disable":
        return None
    wanted = (change.done, *_RESULTS.get(change.verb, ()), *_FLAGS.get(change.verb, "").split())
    for result in wanted:
        found = _find([f for f in known if f.type == "boolean"], result)
        if found:
            return found
    return None


def _transition(known: Sequence[Field], change: Change) -> Transition:
    target = _target(known, change)
    if target is None:
        raise StateUnknown(f"no field can be {change.to or change.done!r}")
    to = target.values[0]
    own = next(candidate for candidate in known if candidate.name == target.field)
    every: tuple[str | bool, ...] = own.choices or (False, True)
    allowed = [value for value in every if value != to]
    others: list[Condition] = []
    positive: list[str | bool] = []
    for words in change.sources:
        for condition in _conditions(known, words):
            if condition.field == own.name:
                positive += condition.values
            else:
                others.append(condition)
    if positive:
        allowed = [value for value in allowed if value in positive]
    for words in change.only:
        for condition in _conditions(known, words):
            if condition.field == own.name:
                allowed = [value for value in allowed if value in condition.values]
            else:
                others.append(condition)
    for words in change.never:
        for condition in _conditions(known, words):
            if condition.field == own.name:
                allowed = [value for value in allowed if value not in condition.values]
            else:
                others.append(_opposite(known, condition))
    for word in change.earlier_than:
        condition = _conditions(known, [word])[0]
        if condition.field == own.name and condition.values[0] in every:
            first = every.index(condition.values[0])
            allowed = [value for value in allowed if every.index(value) < first]
        else:
            others.append(_opposite(known, condition))
    if not allowed:
        raise Unclear(f"there is no state from which it could be {change.done}")
    requires = (Condition(own.name, tuple(allowed)), *dict.fromkeys(others))
    return Transition(change.verb, change.done, own.name, to, requires)


def _conditions(known: Sequence[Field], words: Sequence[str]) -> list[Condition]:
    """What the states mean, those of one field together."""
    found: dict[str, list[str | bool]] = {}
    for word in words:
        condition = _find(known, word)
        if condition is None:
            raise StateUnknown(f"nothing says what {word!r} means")
        found.setdefault(condition.field, []).extend(condition.values)
    return [Condition(name, tuple(dict.fromkeys(values))) for name, values in found.items()]


def _opposite(known: Sequence[Field], condition: Condition) -> Condition:
    own = next(candidate for candidate in known if candidate.name == condition.field)
    every: tuple[str | bool, ...] = own.choices or (False, True)
    return Condition(own.name, tuple(v for v in every if v not in condition.values))


def _govern(
    known: list[Field], state: str, targets: set[str]
) -> tuple[list[Field], tuple[str, ...], list[str]]:
    """The state field: what a client may set, and what a new resource has."""
    own = next(candidate for candidate in known if candidate.name == state)
    free = [choice for choice in own.choices if choice not in targets]
    if own.default is not None and own.default not in free:
        free.append(str(own.default))
    if not free:
        free = [own.choices[0]]
    entries = tuple(choice for choice in own.choices if choice in free)
    told = []
    if own.default is None:
        own = replace(own, default=entries[0], optional=False)
        told = [f"the {own.words} is {entries[0]} at first"]
    elif own.optional:
        own = replace(own, optional=False)
    return [own if f.name == state else f for f in known], entries, told


def _govern_flag(known: list[Field], transition: Transition) -> list[Field]:
    """A flag that a state change sets starts at its default and is set by nothing else."""
    own = next(candidate for candidate in known if candidate.name == transition.field)
    if own.filled:
        return known
    default = own.default if own.default is not None else not transition.to
    governed = replace(own, filled="state", default=bool(default), optional=False)
    return [governed if f.name == own.name else f for f in known]


def _guard(known: Sequence[Field], ban: Ban) -> Guard:
    conditions = _conditions(known, ban.states)
    if len(conditions) != 1:
        raise Unclear("the states belong to different fields")
    condition = _opposite(known, conditions[0]) if ban.unless else conditions[0]
    return Guard(ban.operation, condition)
