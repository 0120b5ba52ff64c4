"""From what is said of state changes to the transitions and guards of a resource."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.providers.offline.reading.sentences import Sentence
from assistant.providers.offline.reading.states import (
    FLAGS,
    REVERSED,
    Change,
    conditions_of,
    find_state,
    opposite,
    target_of,
)
from assistant.providers.offline.reading.unclear import Unclear
from assistant.providers.offline.spec import Condition, Field, Guard, Transition


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


def resolve(fields: Sequence[Field], changes: Sequence[Change], bans: Sequence[Ban]) -> Lifecycle:
    """Transitions and guards over the fields, which may gain a status or flags.

    Raises:
        Unclear: a state or a verb refers to nothing; ``sentence`` is told by the caller.
    """
    known = list(fields)
    _derive(known, changes, bans)
    transitions = [_transition(known, change) for change in changes]
    state = ""
    entries: tuple[str, ...] = ()
    assumptions: list[str] = []
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
    unset = [c for c in changes if target_of(known, c) is None]
    if not unset:
        return
    spoken = [
        word
        for change in changes
        for group in (*change.sources, *change.only, *change.never, change.earlier_than)
        for word in group
    ] + [word for ban in bans for word in ban.states]
    results = [change.to or change.done for change in changes]
    strange = [w for w in spoken if find_state(known, w) is None and w not in results]
    has_choices = any(field.choices for field in known)
    if strange and not has_choices:
        states = tuple(dict.fromkeys([*strange, *results]))
        _add_status(known, states)
        return
    for change in unset:
        if target_of(known, change) is None:
            _add_flag(known, change)


def _add_status(known: list[Field], states: tuple[str, ...]) -> None:
    for place, candidate in enumerate(known):
        if candidate.name in ("status", "state") and candidate.type == "text":
            known[place] = replace(candidate, choices=states, lower=None, upper=None)
            return
    known.append(Field("status", "status", choices=states))


def _add_flag(known: list[Field], change: Change) -> None:
    if change.to and change.to != change.done:
        raise Unclear(f"no field can be {change.to!r}")
    reverse = REVERSED.get(change.verb)
    name = reverse[0] if reverse else FLAGS.get(change.verb, change.done)
    if any(candidate.name == name for candidate in known):
        raise Unclear(f"{name!r} is a field, and no flag")
    known.append(Field(name, name, "boolean", default=bool(reverse), filled="state"))


def _transition(known: Sequence[Field], change: Change) -> Transition:
    target = target_of(known, change)
    if target is None:
        raise Unclear(f"no field can be {change.to or change.done!r}")
    to = target.values[0]
    own = next(candidate for candidate in known if candidate.name == target.field)
    every: tuple[str | bool, ...] = own.choices or (False, True)
    allowed = [value for value in every if value != to]
    others: list[Condition] = []
    positive: list[str | bool] = []
    for words in change.sources:
        for condition in conditions_of(known, words):
            if condition.field == own.name:
                positive += condition.values
            else:
                others.append(condition)
    if positive:
        allowed = [value for value in allowed if value in positive]
    for words in change.only:
        for condition in conditions_of(known, words):
            if condition.field == own.name:
                allowed = [value for value in allowed if value in condition.values]
            else:
                others.append(condition)
    for words in change.never:
        for condition in conditions_of(known, words):
            if condition.field == own.name:
                allowed = [value for value in allowed if value not in condition.values]
            else:
                others.append(opposite(known, condition))
    for word in change.earlier_than:
        condition = conditions_of(known, [word])[0]
        if condition.field == own.name and condition.values[0] in every:
            first = every.index(condition.values[0])
            allowed = [value for value in allowed if every.index(value) < first]
        else:
            others.append(opposite(known, condition))
    if not allowed:
        raise Unclear(f"there is no state from which it could be {change.done}")
    requires = (Condition(own.name, tuple(allowed)), *dict.fromkeys(others))
    return Transition(change.verb, change.done, own.name, to, requires)


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
    conditions = conditions_of(known, ban.states)
    if len(conditions) != 1:
        raise Unclear("the states belong to different fields")
    condition = opposite(known, conditions[0]) if ban.unless else conditions[0]
    return Guard(ban.operation, condition)
