"""Tests of creating, fetching and listing."""

from __future__ import annotations

from assistant.providers.offline.spec import Resource
from assistant.providers.offline.writing import samples
from assistant.providers.offline.writing.source import bracketed, indented, literal, mapping
from assistant.providers.offline.writing.unit_names import (
    NOON,
    Method,
    changed,
    constant,
    found,
    new_repository,
    several,
    stored,
)


def create_tests(resource: Resource) -> list[Method]:
    valid, new = constant(resource), new_repository(resource)
    first = resource.given[0]
    ignored = "misc" if first.optional else "misc, assignment"
    key = literal(first.name)
    attributes = [
        f"self.assertEqual(created.{field.attribute}, "
        f"{stored(field, samples.usual(resource, field))})"
        for field in resource.given
    ]
    ids = new_repository(resource, ids=True)
    return [
        [
            "def test_keeps_what_it_is_given(self) -> None:",
            f"    created = {new}.create({valid})",
            *indented(attributes),
        ],
        [
            "def test_shows_every_value_as_json(self) -> None:",
            f"    created = {new}.create({valid})",
            *bracketed("self.assertEqual(", ["created.to_json()", _json(resource)], ")", 4),
        ],
        [
            "def test_takes_its_id_from_new_id(self) -> None:",
            f"    created = {ids}.create({valid})",
            '    self.assertEqual(created.id, "a")',
        ],
        [
            "def test_ids_differ(self) -> None:",
            f"    repository = {new}",
            f"    ids = {{repository.create(values).id for values in {several(resource)}}}",
            "    self.assertEqual(len(ids), 3)",
        ],
        [
            "def test_cannot_be_changed_from_outside(self) -> None:",
            f"    created = {new}.create({valid})",
            "    with self.assertRaises(dataclasses.FrozenInstanceError):",
            f"        created.{first.attribute} = None  # type: ignore[{ignored}]",
            f"    self.assertEqual(created.to_json()[{key}], {valid}[{key}])",
        ],
        _unknown_field(resource, "unheard_of"),
        *(_unknown_field(resource, field.name) for field in resource.fields if field.filled),
        _all_problems(resource),
        *_orders(resource),
    ]


def _json(resource: Resource) -> str:
    """Source of what a newly created one shows."""
    filled = {
        field.name: field.default if field.filled == "state" else NOON
        for field in resource.fields
        if field.filled
    }
    rest = "".join(f", {literal(name)}: {literal(value)}" for name, value in filled.items())
    return f'{{"id": created.id, **{constant(resource)}{rest}}}'


def _unknown_field(resource: Resource, name: str) -> Method:
    return [
        f"def test_{name}_cannot_be_given(self) -> None:",
        f"    repository = {new_repository(resource)}",
        "    with self.assertRaises(Invalid) as refusal:",
        f"        repository.create({{**{constant(resource)}, {literal(name)}: 1}})",
        f'    self.assertEqual(refusal.exception.problems, {{{literal(name)}: "is unknown"}})',
        f"    self.assertEqual({found(resource)}, [])",
    ]


def _all_problems(resource: Resource) -> Method:
    required = [field.name for field in resource.given if field.required]
    problems = {**dict.fromkeys(required, "is required"), "unheard_of": "is unknown"}
    return [
        "def test_every_problem_is_named_at_once(self) -> None:",
        f"    repository = {new_repository(resource)}",
        "    with self.assertRaises(Invalid) as refusal:",
        '        repository.create({"unheard_of": 1})',
        *mapping("expected = ", {name: literal(why) for name, why in problems.items()}, 4),
        "    self.assertEqual(refusal.exception.problems, expected)",
        "    for field in expected:",
        "        self.assertIn(field, str(refusal.exception))",
    ]


def _orders(resource: Resource) -> list[Method]:
    tests: list[Method] = []
    for order in resource.orders:
        earlier, later = resource.field(order.earlier), resource.field(order.later)
        before = samples.usual(resource, earlier, 0)
        same = changed(resource, {later.name: literal(before)})
        backwards = {
            earlier.name: literal(samples.usual(resource, later, 2)),
            later.name: literal(before),
        }
        refused = [changed(resource, backwards)]
        accepted = [constant(resource)]
        (refused if order.strict else accepted).append(same)
        tests.append(
            [
                f"def test_{later.name}_comes_after_{earlier.name}(self) -> None:",
                *bracketed("for values in [", refused, "]:", 4),
                f"        repository = {new_repository(resource)}",
                "        with self.assertRaises(Invalid) as refusal:",
                "            repository.create(values)",
                "        problems = refusal.exception.problems",
                f"        self.assertEqual(list(problems), [{literal(later.name)}])",
                *bracketed("for values in [", accepted, "]:", 4),
                f"        created = {new_repository(resource)}.create(values)",
                f"        self.assertEqual(created.to_json()[{literal(later.name)}], "
                f"values[{literal(later.name)}])",
            ]
        )
    return tests
