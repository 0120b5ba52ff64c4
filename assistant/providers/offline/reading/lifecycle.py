"""From what is said of state changes to the transitions and guards of a resource."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.providers.offline.reading.derived import Ban, derive, said_in
from assistant.providers.offline.reading.states import (
    Change,
    conditions_of,
    opposite,
    target_of,
    undone_by,
)
from assistant.providers.offline.reading.unclear import Unclear
from assistant.providers.offline.spec import Condition, Field, Guard, Transition


@dataclass(frozen=True, slots=True)
class Lifecycle:
    fields: tuple[Field, ...]
    transitions: tuple[Transition, ...]
    guards: tuple[Guard, ...]
    state: str
    entries: tuple[str, ...]
    assumptions: tuple[str, ...]


def resolve(
    fields: Sequence[Field], changes: Sequence[Change], bans: Sequence[Ban], initial: str = ""
) -> Lifecycle:
    """Transitions and guards over the fields, which may gain a status or flags.

    Args:
        initial: the state of a new resource as it was named, "" where nothing was said.

    Raises:
        Unclear: a state or a verb refers to nothing; names the sentence.
    """
    known, assumed = derive(fields, changes, bans, initial)
    transitions = [said_in(change.sentence, _transition, known, change) for change in changes]
    state = ""
    entries: tuple[str, ...] = ()
    assumptions = [*assumed, *_later(known, changes, transitions)]
    targets = {t.to for t in transitions if isinstance(t.to, str)}
    names = {t.field for t in transitions if isinstance(t.to, str)}
    if len(names) > 1:
        raise Unclear("the state changes set more than one field")
    if names:
        state = names.pop()
        known, entries, told = _govern(known, state, targets, initial)
        assumptions += told
    for transition in transitions:
        if isinstance(transition.to, bool):
            known = _govern_flag(known, transition)
    guards = [said_in(ban.sentence, _guard, known, ban) for ban in bans]
    return Lifecycle(
        tuple(known), tuple(transitions), tuple(guards), state, entries, tuple(assumptions)
    )


def _later(
    known: Sequence[Field], changes: Sequence[Change], transitions: Sequence[Transition]
) -> Iterator[str]:
    """Tells which states a change does not start from, though no sentence excludes them."""
    for change, transition in zip(changes, transitions, strict=True):
        choices = next(field.choices for field in known if field.name == transition.field)
        allowed = (*transition.requires[0].values, transition.to)
        left = [choice for choice in choices if choice not in allowed]
        if left and not change.conditions:
            yield f"what is {' or '.join(left)} can no longer be {change.done}"


def _before(every: tuple[str | bool, ...], to: str | bool, change: Change) -> list[str | bool]:
    """The states from which a change starts where nothing more is said.

    States go on in the order in which they are named, unless the verb takes something back.
    """
    others = [value for value in every if value != to]
    earlier = list(every[: every.index(to)])
    said = any(when in ("from", "only") for when, _ in change.conditions)
    forward = earlier and not said and not undone_by(change.verb)
    return earlier if forward else others


def _transition(known: Sequence[Field], change: Change) -> Transition:
    target = target_of(known, change)
    if target is None:
        raise Unclear(f"no field can be {change.to or change.done!r}")
    to = target.values[0]
    own = next(candidate for candidate in known if candidate.name == target.field)
    every: tuple[str | bool, ...] = own.choices or (False, True)
    allowed = _before(every, to, change)
    sources: list[str | bool] = []
    others: list[Condition] = []
    for when, words in change.conditions:
        for condition in conditions_of(known, words):
            values = condition.values
            if condition.field != own.name:
                against = when in ("never", "before")
                others.append(opposite(known, condition) if against else condition)
            elif when == "from":
                sources += values
            elif when == "only":
                allowed = [value for value in allowed if value in values]
            elif when == "never":
                allowed = [value for value in allowed if value not in values]
            else:
                first = min(map(every.index, values))
                allowed = [value for value in allowed if every.index(value) < first]
    allowed = [value for value in allowed if value in sources or not sources]
    if not allowed:
        raise Unclear(f"there is no state from which it could be {change.done}")
    requires = (Condition(own.name, tuple(allowed)), *dict.fromkeys(others))
    return Transition(change.verb, change.done, own.name, to, requires)


def _govern(
    known: list[Field], state: str, targets: set[str], initial: str
) -> tuple[list[Field], tuple[str, ...], list[str]]:
    """The state field: what a client may set, and what a new resource has."""
    own = next(candidate for candidate in known if candidate.name == state)
    free = [choice for choice in own.choices if choice not in targets]
    if own.default is not None and own.default not in free:
        free.append(str(own.default))
    if initial and own.default == initial:
        free = [initial]
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
