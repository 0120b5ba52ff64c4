"""Tests of lists and of state changes over HTTP, for service-test.py."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.providers.offline.spec import Api, Condition, Field, Resource, Transition
from assistant.providers.offline.writing import samples
from assistant.providers.offline.writing.paths import Path, path
from assistant.providers.offline.writing.source import bracketed, indented, literal
from assistant.providers.offline.writing.unit_names import Method


def helpers(resource: Resource) -> Iterator[Method]:
    yield [
        "def create(self, **changes: Any) -> dict[str, Any]:",
        f'    answer = self.service.post("{resource.route}", {resource.name}_values(**changes))',
        "    self.assertEqual(answer.status, 201, answer.body)",
        "    created: dict[str, Any] = answer.body",
        "    return created",
    ]
    if "list" not in resource.operations:
        return
    query = 'self.service.request("GET", "{}", query={})'
    if not resource.paging:
        yield [
            "def find(self, **query: Any) -> list[dict[str, Any]]:",
            f"    answer = {query.format(resource.route, 'query')}",
            "    self.assertEqual(answer.status, 200, answer.body)",
            "    found: list[dict[str, Any]] = answer.body",
            "    return found",
        ]
        return
    page = f'{{**query, "limit": {resource.paging.largest}, "offset": len(found)}}'
    yield [
        "def find(self, **query: Any) -> list[dict[str, Any]]:",
        '    """Every page, one after the other."""',
        "    found: list[dict[str, Any]] = []",
        "    while True:",
        f"        page = {page}",
        f"        answer = {query.format(resource.route, 'page')}",
        "        self.assertEqual(answer.status, 200, answer.body)",
        "        found += answer.body",
        '        if not answer.body or len(found) >= int(answer.headers["x-total-count"]):',
        "            return found",
    ]


def one(resource: Resource) -> str:
    """Source of the path of ``created``."""
    return f"f\"{resource.route}/{{created['id']}}\""


def unknown(resource: Resource, call: str) -> list[str]:
    return [
        f"    answer = self.service.{call}",
        "    self.assertEqual(answer.status, 404)",
        '    self.assertIn("unknown", answer.body["detail"])',
    ]


def list_tests(resource: Resource, api: Api) -> Iterator[Method]:
    if "list" not in resource.operations:
        return
    yield [
        "def test_listing_has_everything_that_was_created(self) -> None:",
        "    first, second = self.create(), self.create()",
        "    found = self.find()",
        "    self.assertIn(first, found)",
        "    self.assertIn(second, found)",
        *(
            ["    self.assertLess(found.index(first), found.index(second))"]
            if not resource.sorting.field and not resource.sorting.descending
            else []
        ),
    ]
    for name in (*resource.filters, *resource.searches):
        yield from _filter(resource, resource.field(name), api)
    if resource.paging:
        yield [
            "def test_a_page_has_at_most_limit_entries(self) -> None:",
            "    self.create(), self.create()",
            f'    answer = self.service.get("{resource.route}", limit=1, offset=1)',
            "    self.assertEqual(answer.status, 200)",
            "    self.assertEqual(len(answer.body), 1)",
            '    self.assertGreaterEqual(int(answer.headers["x-total-count"]), 2)',
        ]
        yield [
            f"def test_a_page_that_is_none_answers_{api.invalid_status}(self) -> None:",
            f'    for page in ({{"limit": 0}}, {{"limit": {resource.paging.largest + 1}}}, '
            '{"offset": -1}):',
            f'        answer = self.service.get("{resource.route}", **page)',
            f"        self.assertEqual(answer.status, {api.invalid_status}, page)",
            '        self.assertIn("detail", answer.body)',
        ]


def _pair(field: Field, value: object) -> str:
    return f"**{{{literal(field.name)}: {literal(value)}}}"


def _filter(resource: Resource, field: Field, api: Api) -> Iterator[Method]:
    mine = samples.usual(resource, field, 0)
    other = samples.usual(resource, field, 1)
    key = literal(field.name)
    if field.unique:
        create = ["first, second = self.create(), self.create()"]
    else:
        create = [
            f"first = self.create({_pair(field, mine)})",
            f"second = self.create({_pair(field, other)})",
        ]
    differ = field.unique or mine != other
    yield [
        f"def test_listing_by_{field.name}_has_only_what_matches(self) -> None:",
        *indented(create),
        f"    found = self.find(**{{{key}: first[{key}]}})",
        "    self.assertIn(first, found)",
        *(["    self.assertNotIn(second, found)"] if differ else []),
        f"    self.assertIn(second, self.find(**{{{key}: second[{key}]}}))",
    ]
    if field.name in resource.filters and field.choices:
        yield [
            f"def test_listing_by_an_impossible_{field.name}_answers_{api.invalid_status}"
            "(self) -> None:",
            f"    query = {{{key}: {literal(''.join(field.choices))}}}",
            f'    answer = self.service.request("GET", "{resource.route}", query=query)',
            f"    self.assertEqual(answer.status, {api.invalid_status})",
            '    self.assertIn("detail", answer.body)',
        ]


def _created_by(resource: Resource, way: Path) -> list[str]:
    start = "".join(f", {literal(name)}: {literal(value)}" for name, value in way.start)
    arguments = f"**{{{start[2:]}}}" if start else ""
    lines = [f"created = self.create({arguments})"]
    for step in way.steps:
        lines.append(f"self.service.post({_route(resource, step)})")
    return lines


def _route(resource: Resource, transition: Transition) -> str:
    return f"f\"{resource.route}/{{created['id']}}/{transition.verb}\""


def transition_tests(resource: Resource) -> Iterator[Method]:
    times = [f.name for f in resource.fields if f.filled == "changed"]
    kept = "".join(f", {literal(name)}: answer.body[{literal(name)}]" for name in times)
    for transition in resource.transitions:
        name = transition.verb.replace("-", "_")
        way = path(resource, transition.requires)
        if way is not None:
            changes = {step.field: step.to for step in (*way.steps, transition)}
            pairs = "".join(f", {literal(k)}: {literal(v)}" for k, v in changes.items())
            yield [
                f"def test_{name}_answers_the_new_state(self) -> None:",
                *indented(_created_by(resource, way)),
                f"    answer = self.service.post({_route(resource, transition)})",
                "    self.assertEqual(answer.status, 200)",
                *bracketed("self.assertEqual(answer.body, {", [f"**created{pairs}{kept}"], "})", 4),
            ]
        for condition in transition.requires:
            other = _unmet(resource, condition)
            if other is not None:
                yield [
                    f"def test_{name}_needs_the_right_{condition.field}(self) -> None:",
                    *indented(_created_by(resource, other)),
                    f"    answer = self.service.post({_route(resource, transition)})",
                    "    self.assertEqual(answer.status, 409)",
                    '    self.assertIn("cannot be", answer.body["detail"])',
                ]
        yield [
            f"def test_{name}_of_an_unknown_id_answers_404(self) -> None:",
            *unknown(resource, f'post("{resource.route}/unknown/{transition.verb}")'),
        ]


def _unmet(resource: Resource, condition: Condition) -> Path | None:
    values: tuple[str | bool, ...] = resource.field(condition.field).choices or (False, True)
    left = tuple(value for value in values if value not in condition.values)
    return path(resource, [Condition(condition.field, left)])


def guard_tests(resource: Resource) -> Iterator[Method]:
    for number, guard in enumerate(resource.guards, start=1):
        way = path(resource, [guard.condition])
        if way is None:
            continue
        call = {
            "update": f"self.service.put({one(resource)}, {resource.name}_values())",
            "delete": f"self.service.delete({one(resource)})",
        }[guard.operation]
        yield [
            f"def test_{guard.operation}_is_refused_by_rule_{number}(self) -> None:",
            *indented(_created_by(resource, way)),
            f"    answer = {call}",
            "    self.assertEqual(answer.status, 409)",
            '    self.assertIn("cannot be", answer.body["detail"])',
        ]
