"""Tests of state changes, of what they need and of what a state forbids."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.providers.offline.spec import Condition, Resource, Transition
from assistant.providers.offline.writing.paths import path
from assistant.providers.offline.writing.source import bracketed, indented, literal
from assistant.providers.offline.writing.unit_names import (
    Method,
    changed,
    constant,
    created_by,
    found,
    new_repository,
    stored,
)


def changed_time(resource: Resource, call: str, name: str) -> Iterator[Method]:
    stamps = [field for field in resource.fields if field.filled == "changed"]
    for field in stamps:
        yield [
            f"def test_{name}_sets_{field.name}(self) -> None:",
            "    times = iter([NOON, NOON + dt.timedelta(hours=1), NOON + dt.timedelta(hours=2)])"
            if _reads(resource) == 2
            else "    times = iter([NOON, NOON + dt.timedelta(hours=2)])",
            f"    repository = {resource.class_name}Repository(now=lambda: next(times))",
            f"    created = repository.create({constant(resource)})",
            f"    changed = repository.{call}",
            f"    self.assertEqual(changed.{field.attribute}, NOON + dt.timedelta(hours=2))",
            "    self.assertEqual(changed.id, created.id)",
        ]


def _reads(resource: Resource) -> int:
    """How often creation asks for the time."""
    return sum(field.filled in ("created", "changed") for field in resource.fields)


def state_tests(resource: Resource) -> list[Method]:
    tests: list[Method] = []
    for transition in resource.transitions:
        tests.append(_allowed(resource, transition))
        for condition in transition.requires:
            tests += _refused(resource, transition, condition)
        tests.append(_unknown(resource, transition))
        call = f"{transition.method}(created.id)"
        if path(resource, transition.requires) == path(resource, ()):
            tests += changed_time(resource, call, transition.verb.replace("-", "_"))
    return [*tests, *_guard_tests(resource), *_state_updates(resource)]


def _words(values: tuple[str | bool, ...], field: str) -> str:
    value = values[0]
    if isinstance(value, bool):
        return field if value else f"not_{field}"
    return "".join(c if c.isalnum() and c.isascii() else "_" for c in value.lower())


def _allowed(resource: Resource, transition: Transition) -> Method:
    field = resource.field(transition.field)
    own = [c for c in transition.requires if c.field == transition.field]
    others = [c for c in transition.requires if c.field != transition.field]
    name = transition.method.rstrip("_")
    lines = [f"def test_{name}_makes_it_{_words((transition.to,), field.name)}(self) -> None:"]
    for value in own[0].values if own else (None,):
        condition = [Condition(field.name, (value,))] if value is not None else []
        way = path(resource, [*condition, *others])
        if way is None:
            continue
        lines += indented(
            [
                f"repository = {new_repository(resource)}",
                *created_by(resource, way),
                f"changed = repository.{transition.method}(created.id)",
                *bracketed(
                    "self.assertEqual(",
                    [
                        "changed.to_json()",
                        f"{{**created.to_json(), {_reached(resource, way.steps, transition)}}}",
                    ],
                    ")",
                ),
                "self.assertEqual(repository.get(created.id), changed)",
            ]
        )
    return lines


def _reached(resource: Resource, steps: tuple[Transition, ...], last: Transition) -> str:
    """Source of the pairs that the steps have changed since creation."""
    changes = {step.field: step.to for step in (*steps, last)}
    return ", ".join(f"{literal(name)}: {literal(value)}" for name, value in changes.items())


def _refused(resource: Resource, transition: Transition, condition: Condition) -> Iterator[Method]:
    field = resource.field(condition.field)
    values: tuple[str | bool, ...] = field.choices or (False, True)
    others = [c for c in transition.requires if c != condition]
    for value in values:
        if value in condition.values:
            continue
        here = Condition(field.name, (value,))
        way = path(resource, [here, *others]) or path(resource, [here])
        if way is None:
            continue
        name = transition.method.rstrip("_")
        yield [
            f"def test_{name}_is_refused_when_{_words((value,), field.name)}(self) -> None:",
            *indented(
                [
                    f"repository = {new_repository(resource)}",
                    *created_by(resource, way),
                    "before = repository.get(created.id)",
                    "with self.assertRaises(Conflict):",
                    f"    repository.{transition.method}(created.id)",
                    "self.assertEqual(repository.get(created.id), before)",
                    f"self.assertEqual(before.{field.attribute}, {stored(field, value)})",
                ]
            ),
        ]


def _unknown(resource: Resource, transition: Transition) -> Method:
    return [
        f"def test_{transition.method.rstrip('_')}_needs_a_known_id(self) -> None:",
        f"    repository = {new_repository(resource)}",
        f"    created = repository.create({constant(resource)})",
        "    with self.assertRaises(NotFound):",
        f'        repository.{transition.method}("unknown")',
        f"    self.assertEqual({found(resource)}, [created])",
    ]


def _guard_tests(resource: Resource) -> Iterator[Method]:
    for guard in resource.guards:
        field = resource.field(guard.condition.field)
        for value in guard.condition.values:
            way = path(resource, [Condition(field.name, (value,))])
            if way is None:
                continue
            call = (
                f"repository.update(created.id, {constant(resource)})"
                if guard.operation == "update"
                else "repository.delete(created.id)"
            )
            yield [
                f"def test_{guard.operation}_is_refused_when_{_words((value,), field.name)}"
                "(self) -> None:",
                *indented(
                    [
                        f"repository = {new_repository(resource)}",
                        *created_by(resource, way),
                        "before = repository.get(created.id)",
                        "with self.assertRaises(Conflict):",
                        f"    {call}",
                        "self.assertEqual(repository.get(created.id), before)",
                    ]
                ),
            ]


def _state_updates(resource: Resource) -> Iterator[Method]:
    if not resource.state or "update" not in resource.operations:
        return
    field = resource.field(resource.state)
    key, first = literal(field.name), resource.entries[0]
    target = next(choice for choice in field.choices if choice not in resource.entries)
    yield [
        f"def test_an_update_cannot_set_{field.name}(self) -> None:",
        f"    repository = {new_repository(resource)}",
        f"    created = repository.create({changed(resource, {field.name: literal(first)})})",
        "    with self.assertRaises(Conflict):",
        f"        repository.update(created.id, {{{key}: {literal(target)}}})",
        "    self.assertEqual(repository.get(created.id), created)",
    ]
    way = path(resource, [Condition(field.name, (target,))])
    if way is not None and not any(guard.operation == "update" for guard in resource.guards):
        yield [
            f"def test_an_update_keeps_{field.name}(self) -> None:",
            *indented(
                [
                    f"repository = {new_repository(resource)}",
                    *created_by(resource, way),
                    "with self.assertRaises(Conflict):",
                    f"    repository.update(created.id, {{{key}: {literal(first)}}})",
                    f"values = dict({constant(resource)})",
                    f"del values[{key}]",
                    "replaced = repository.replace(created.id, values)",
                    f"self.assertEqual(replaced.{field.attribute}, {literal(target)})",
                ]
            ),
        ]
