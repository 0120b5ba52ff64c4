"""Tests of fetching, listing, filtering and paging."""

from __future__ import annotations

from typing import Any

from assistant.providers.offline.spec import Field, Resource
from assistant.providers.offline.writing import samples
from assistant.providers.offline.writing.source import bracketed, literal
from assistant.providers.offline.writing.unit_names import (
    Method,
    constant,
    found,
    new_repository,
    several,
    stored,
)


def find_tests(resource: Resource) -> list[Method]:
    valid, new = constant(resource), new_repository(resource)
    all_three = f"[repository.create(values) for values in {several(resource)}]"
    tests: list[Method] = [
        [
            "def test_gets_what_was_created(self) -> None:",
            f"    repository = {new}",
            f"    created = repository.create({valid})",
            "    self.assertEqual(repository.get(created.id), created)",
        ],
        [
            "def test_an_unknown_id_is_not_found(self) -> None:",
            f"    repository = {new}",
            f"    repository.create({valid})",
            "    with self.assertRaises(NotFound) as missing:",
            '        repository.get("unknown")',
            '    self.assertIn("unknown", str(missing.exception))',
        ],
        [
            "def test_finds_nothing_where_nothing_was_created(self) -> None:",
            f"    repository = {new}",
            f"    self.assertEqual({found(resource)}, [])",
        ],
        [
            "def test_two_repositories_share_nothing(self) -> None:",
            f"    repository, other = {new}, {new}",
            f"    created = other.create({valid})",
            f"    self.assertEqual({found(resource)}, [])",
            "    self.assertEqual(other.get(created.id), created)",
        ],
        [
            f"def test_finds_them_{_order_name(resource)}(self) -> None:",
            f"    repository = {new}",
            f"    created = {all_three}",
            f"    self.assertEqual({found(resource)}, {_sorted(resource)})",
        ],
    ]
    tests += [_filter(resource, resource.field(name)) for name in resource.filters]
    tests += [_search(resource, resource.field(name)) for name in resource.searches]
    if len(resource.filters) > 1:
        tests.append(_combined(resource))
    return [*tests, *_paging(resource)]


def _order_name(resource: Resource) -> str:
    if resource.sorting.field:
        return f"by_{resource.sorting.field}"
    return "newest_first" if resource.sorting.descending else "in_the_order_of_creation"


def _rows(resource: Resource) -> list[dict[str, Any]]:
    return [
        {field.name: samples.usual(resource, field, variant) for field in resource.given}
        for variant in range(3)
    ]


def _ordered(resource: Resource) -> list[int]:
    """The places of the three in the order that ``find`` gives."""
    places, sorting = [0, 1, 2], resource.sorting
    if sorting.field and (field := resource.field(sorting.field)).given:
        values = [row[field.name] for row in _rows(resource)]
        keys = [field.choices.index(value) for value in values] if field.choices else values
        places.sort(key=lambda i: keys[i], reverse=sorting.descending)
    elif sorting.descending:
        places.reverse()
    return places


def _sorted(resource: Resource, keep: list[int] | None = None) -> str:
    places = [place for place in _ordered(resource) if keep is None or place in keep]
    if places == [0, 1, 2]:
        return "created"
    return "[" + ", ".join(f"created[{place}]" for place in places) + "]"


def _matching(resource: Resource, given: dict[str, Any]) -> list[int]:
    rows = _rows(resource)
    return [i for i in range(3) if all(rows[i][name] == value for name, value in given.items())]


def _argument(field: Field, value: Any) -> str:
    return f"{field.attribute}={stored(field, value)}"


def _filter(resource: Resource, field: Field) -> Method:
    lines = [
        f"def test_finds_them_by_{field.name}(self) -> None:",
        f"    repository = {new_repository(resource)}",
        f"    created = [repository.create(values) for values in {several(resource)}]",
    ]
    values = [row[field.name] for row in _rows(resource)]
    unique = [value for i, value in enumerate(values) if value not in values[:i]]
    unique += [choice for choice in field.choices if choice not in unique]
    for value in unique:
        expected = _sorted(resource, _matching(resource, {field.name: value}))
        call = found(resource, _argument(field, value))
        lines += bracketed("self.assertEqual(", [call, expected], ")", 4)
    return lines


def _search(resource: Resource, field: Field) -> Method:
    return [
        f"def test_searches_in_{field.name}_whatever_the_case(self) -> None:",
        f"    repository = {new_repository(resource)}",
        f"    created = [repository.create(values) for values in {several(resource)}]",
        *(
            f"    self.assertEqual({found(resource, f'{field.attribute}={literal(part)}')}, {want})"
            for part, want in _parts(resource, field)
        ),
    ]


def _parts(resource: Resource, field: Field) -> list[tuple[str, str]]:
    texts = [row[field.name] for row in _rows(resource)]
    parts = [texts[1].upper(), texts[2][1:-1], "no such text"]
    return [
        (
            part,
            _sorted(resource, [i for i, text in enumerate(texts) if part.lower() in text.lower()]),
        )
        for part in parts
    ]


def _combined(resource: Resource) -> Method:
    rows = _rows(resource)
    fields = [resource.field(name) for name in resource.filters]
    both = {field.name: rows[0][field.name] for field in fields}
    mixed = {**both, fields[-1].name: rows[1][fields[-1].name]}
    lines = [
        "def test_filters_work_together(self) -> None:",
        f"    repository = {new_repository(resource)}",
        f"    created = [repository.create(values) for values in {several(resource)}]",
    ]
    for given in (both, mixed):
        arguments = ", ".join(_argument(field, given[field.name]) for field in fields)
        expected = _sorted(resource, _matching(resource, given))
        lines += bracketed("self.assertEqual(", [found(resource, arguments), expected], ")", 4)
    return lines


def _paging(resource: Resource) -> list[Method]:
    if not resource.paging:
        return []
    order = _ordered(resource)

    def page(places: list[int]) -> str:
        return "[" + ", ".join(f"created[{place}]" for place in places) + "]"

    return [
        [
            "def test_a_page_starts_at_offset_and_ends_at_limit(self) -> None:",
            f"    repository = {new_repository(resource)}",
            f"    created = [repository.create(values) for values in {several(resource)}]",
            f"    self.assertEqual({found(resource, 'limit=2')}, {page(order[:2])})",
            f"    self.assertEqual({found(resource, 'limit=1, offset=1')}, {page(order[1:2])})",
            f"    self.assertEqual({found(resource, 'limit=2, offset=2')}, {page(order[2:])})",
            f"    self.assertEqual({found(resource, 'offset=1')}, {page(order[1:])})",
            f"    self.assertEqual({found(resource, 'offset=3')}, [])",
        ],
        [
            "def test_a_page_tells_the_total(self) -> None:",
            f"    repository = {new_repository(resource)}",
            "    self.assertEqual(repository.find(limit=2).total, 0)",
            f"    for values in {several(resource)}:",
            "        repository.create(values)",
            "    self.assertEqual(repository.find(limit=2).total, 3)",
        ],
    ]
