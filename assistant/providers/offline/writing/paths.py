"""How a resource gets into a state: what it is created with, and which state changes follow."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from assistant.providers.offline.spec import Condition, Resource, Transition

State = dict[str, str | bool]


@dataclass(frozen=True, slots=True)
class Path:
    """Create with ``start``, then call ``steps`` one after the other."""

    start: tuple[tuple[str, str | bool], ...]
    steps: tuple[Transition, ...]


def path(resource: Resource, conditions: Sequence[Condition]) -> Path | None:
    """The shortest way into a state in which all conditions hold, None where there is none."""
    queue: deque[tuple[State, Path]] = deque(
        (state, Path(tuple((name, state[name]) for name in _settable(resource)), ()))
        for state in _starts(resource)
    )
    seen: set[tuple[tuple[str, str | bool], ...]] = set()
    while queue:
        state, way = queue.popleft()
        if met(state, conditions):
            return way
        if (key := tuple(sorted(state.items()))) in seen:
            continue
        seen.add(key)
        for transition in resource.transitions:
            if met(state, transition.requires):
                reached = {**state, transition.field: transition.to}
                queue.append((reached, Path(way.start, (*way.steps, transition))))
    return None


def met(state: State, conditions: Sequence[Condition]) -> bool:
    return all(state[condition.field] in condition.values for condition in conditions)


def _governed(resource: Resource) -> list[str]:
    conditions = [c for transition in resource.transitions for c in transition.requires]
    conditions += [guard.condition for guard in resource.guards]
    names = [transition.field for transition in resource.transitions]
    return list(dict.fromkeys([*names, *(condition.field for condition in conditions)]))


def _settable(resource: Resource) -> list[str]:
    return [name for name in _governed(resource) if resource.field(name).given]


def _starts(resource: Resource) -> Iterator[State]:
    names = _governed(resource)
    yield from (
        dict(zip(names, values, strict=True))
        for values in product(*(_entries(resource, name) for name in names))
    )


def _entries(resource: Resource, name: str) -> tuple[str | bool, ...]:
    field = resource.field(name)
    if name == resource.state:
        return resource.entries
    if field.choices:
        return field.choices
    return (False, True) if field.given else (bool(field.default),)
