"""Tests of updating, state changes and deleting."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.providers.offline.spec import Resource
from assistant.providers.offline.writing import samples
from assistant.providers.offline.writing.source import literal, mapping
from assistant.providers.offline.writing.unit_names import (
    Method,
    constant,
    found,
    new_repository,
    several,
)
from assistant.providers.offline.writing.unit_states import changed_time


def update_tests(resource: Resource) -> list[Method]:
    if "update" not in resource.operations:
        return []
    valid, new = constant(resource), new_repository(resource)
    changes = {
        field.name: literal(value)
        for field in resource.given
        if (value := samples.usual(resource, field, 1)) != samples.usual(resource, field)
    }
    wrong, value = _wrong_change(resource)
    first_required = next((field for field in resource.given if field.required), None)
    tests: list[Method] = [
        [
            "def test_changes_only_what_is_given(self) -> None:",
            *mapping("changes = ", changes, 4),
            "    for field, value in changes.items():",
            "        with self.subTest(field=field):",
            f"            repository = {new}",
            f"            created = repository.create({valid})",
            "            updated = repository.update(created.id, {field: value})",
            "            expected = {**created.to_json(), field: value}",
            "            self.assertEqual(updated.to_json(), expected)",
            "            self.assertEqual(repository.get(created.id), updated)",
        ],
        [
            "def test_leaves_the_others_and_their_order_alone(self) -> None:",
            f"    repository = {new}",
            f"    created = [repository.create(values) for values in {several(resource)}]",
            "    updated = repository.update(created[1].id, {})",
            "    self.assertEqual(updated, created[1])",
            f"    ids = [{resource.name}.id for {resource.name} in {found(resource)}]",
            "    self.assertEqual(sorted(ids), sorted(one.id for one in created))",
            "    self.assertEqual(repository.get(created[0].id), created[0])",
        ],
        [
            "def test_a_wrong_change_changes_nothing(self) -> None:",
            f"    repository = {new}",
            f"    created = repository.create({valid})",
            "    for change in (repository.update, repository.replace):",
            "        with self.assertRaises(Invalid) as refusal:",
            f"            change(created.id, {{**{valid}, {literal(wrong)}: {value}}})",
            f"        self.assertEqual(list(refusal.exception.problems), [{literal(wrong)}])",
            "    self.assertEqual(repository.get(created.id), created)",
        ],
        [
            "def test_replacing_sets_every_value(self) -> None:",
            f"    repository = {new}",
            f"    created = repository.create({valid})",
            f"    wanted = {several(resource)}[1]",
            "    replaced = repository.replace(created.id, wanted)",
            "    self.assertEqual(replaced.to_json(), {**created.to_json(), **wanted})",
            "    self.assertEqual(repository.get(created.id), replaced)",
        ],
        [
            "def test_an_unknown_id_cannot_be_updated(self) -> None:",
            f"    repository = {new}",
            f"    created = repository.create({valid})",
            "    for change in (repository.update, repository.replace):",
            "        with self.assertRaises(NotFound):",
            f'            change("unknown", {valid})',
            f"    self.assertEqual({found(resource)}, [created])",
        ],
    ]
    if first_required:
        tests.append(
            [
                "def test_replacing_needs_every_required_value(self) -> None:",
                f"    repository = {new}",
                f"    created = repository.create({valid})",
                "    with self.assertRaises(Invalid) as refusal:",
                "        repository.replace(created.id, {})",
                f"    self.assertIn({literal(first_required.name)}, refusal.exception.problems)",
                "    self.assertEqual(repository.get(created.id), created)",
            ]
        )
    tests += list(_unique_updates(resource))
    tests += list(changed_time(resource, "update(created.id, {})", "an_update"))
    return tests


def _wrong_change(resource: Resource) -> tuple[str, str]:
    for field in resource.given:
        if field.name != resource.state:
            return field.name, literal(samples.wrong_types(field)[0])
    return "unheard_of", "1"


def _unique_updates(resource: Resource) -> Iterator[Method]:
    for field in resource.given:
        if field.unique:
            key = literal(field.name)
            yield [
                f"def test_{field.name}_stays_unique_when_updated(self) -> None:",
                f"    repository = {new_repository(resource)}",
                f"    created = [repository.create(values) for values in {several(resource)}]",
                "    with self.assertRaises(Conflict):",
                f"        repository.update(created[1].id, {{{key}: {constant(resource)}[{key}]}})",
                "    self.assertEqual(repository.get(created[1].id), created[1])",
            ]


def delete_tests(resource: Resource) -> list[Method]:
    if "delete" not in resource.operations:
        return []
    valid, new = constant(resource), new_repository(resource)
    return [
        [
            "def test_deletes_only_the_one(self) -> None:",
            f"    repository = {new}",
            f"    created = [repository.create(values) for values in {several(resource)}]",
            "    repository.delete(created[1].id)",
            "    with self.assertRaises(NotFound):",
            "        repository.get(created[1].id)",
            f"    ids = {{one.id for one in {found(resource)}}}",
            "    self.assertEqual(ids, {created[0].id, created[2].id})",
        ],
        [
            "def test_nothing_can_be_deleted_twice(self) -> None:",
            f"    repository = {new}",
            f"    created = repository.create({valid})",
            "    repository.delete(created.id)",
            "    with self.assertRaises(NotFound):",
            "        repository.delete(created.id)",
            f"    self.assertEqual({found(resource)}, [])",
        ],
    ]
