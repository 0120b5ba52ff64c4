"""service-test.py of a REST service: every route, its status and its body."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.providers.offline.spec import Api, Condition, Field, Resource, Transition
from assistant.providers.offline.writing import samples
from assistant.providers.offline.writing.paths import Path, path
from assistant.providers.offline.writing.source import (
    bracketed,
    indented,
    listed,
    literal,
    methods,
    module,
)
from assistant.providers.offline.writing.test_names import NOON, Method

HEALTH_TEST = """\
class HealthTest(ServiceTestCase):
    def test_health_tells_the_feature(self) -> None:
        answer = self.service.get("/health")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.body["status"], "ok")
        self.assertEqual(answer.body["feature"], {feature})
        self.assertIn("revision", answer.body)
"""


def write_service_tests(api: Api) -> str:
    """The whole of service-test.py; it holds against a service that is not empty."""
    blocks: list[str] = [HEALTH_TEST.format(feature=literal(api.feature))]
    for resource in api.resources:
        blocks += ["\n".join(_values(resource)), "\n".join(_test_class(resource, api))]
    body = module([*blocks, ['if __name__ == "__main__":', "    main()"]])
    title = listed(resource.plural_words for resource in api.resources)
    head = [
        f'"""The service of {title}, asked over HTTP. Run with `python service-test.py MODE`."""',
        "",
        "from __future__ import annotations",
        "",
        *(["import uuid"] if "uuid." in body else []),
        "from typing import Any",
        "",
        "from service_test_base import ServiceTestCase, main",
    ]
    return module([head, body])


def _values(resource: Resource) -> list[str]:
    values = {}
    for field in resource.given:
        source = literal(samples.usual(resource, field))
        values[field.name] = _fresh(field) if field.unique else source
    return [
        f"def {resource.name}_values(**changes: Any) -> dict[str, Any]:",
        f'    """What makes a right {resource.words}."""',
        *bracketed(
            "return {",
            [*(f"{literal(name)}: {source}" for name, source in values.items()), "**changes"],
            "}",
            4,
        ),
    ]


def _fresh(field: Field) -> str:
    """Source of a value that no earlier run has left in the service."""
    return {
        "email": 'f"{uuid.uuid4().hex}@example.com"',
        "url": 'f"https://example.com/{uuid.uuid4().hex}"',
        "uuid": "str(uuid.uuid4())",
        "whole": "uuid.uuid4().int % 10**9",
    }.get(field.type, "uuid.uuid4().hex")


def _test_class(resource: Resource, api: Api) -> list[str]:
    tests = [
        *_helpers(resource),
        *_create(resource, api),
        *_get(resource),
        *_list(resource, api),
        *_update(resource, api),
        *_transitions(resource),
        *_guards(resource),
        *_delete(resource),
    ]
    return [f"class {resource.class_name}Test(ServiceTestCase):", *methods(tests)]


def _helpers(resource: Resource) -> Iterator[Method]:
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


def _create(resource: Resource, api: Api) -> Iterator[Method]:
    filled = {f.name: f.default for f in resource.fields if f.filled == "state"}
    known = "".join(f", {literal(name)}: {literal(value)}" for name, value in filled.items())
    timed = [f for f in resource.fields if f.filled in ("created", "changed")]
    expected = ['"id": answer.body["id"]', f"**values{known}"]
    expected += [f"{literal(f.name)}: answer.body[{literal(f.name)}]" for f in timed]
    yield [
        "def test_creating_answers_201_and_what_was_created(self) -> None:",
        f"    values = {resource.name}_values()",
        f'    answer = self.service.post("{resource.route}", values)',
        "    self.assertEqual(answer.status, 201)",
        *bracketed("self.assertEqual(answer.body, {", expected, "})", 4),
        '    self.assertTrue(answer.body["id"])',
    ]
    for field in resource.given:
        wrong = [value for value in samples.outside(field) if _sendable(value)]
        wrong += samples.wrong_types(field)
        yield [
            f"def test_a_wrong_{field.name}_answers_{api.invalid_status}(self) -> None:",
            *bracketed("for value in [", map(literal, wrong), "]:", 4),
            f"        values = {{**{resource.name}_values(), {literal(field.name)}: value}}",
            f'        answer = self.service.post("{resource.route}", values)',
            f"        self.assertEqual(answer.status, {api.invalid_status}, value)",
            f'        self.assertEqual(answer.body["detail"][0]["loc"], ["body", '
            f"{literal(field.name)}])",
        ]
    required = [field.name for field in resource.given if field.required]
    yield [
        f"def test_missing_and_unknown_fields_answer_{api.invalid_status}(self) -> None:",
        f'    answer = self.service.post("{resource.route}", {{"unheard_of": 1}})',
        f"    self.assertEqual(answer.status, {api.invalid_status})",
        '    named = {problem["loc"][1] for problem in answer.body["detail"]}',
        *bracketed("self.assertEqual(named, {", map(literal, ["unheard_of", *required]), "})", 4),
    ]
    yield [
        f"def test_a_body_that_is_no_object_answers_{api.invalid_status}(self) -> None:",
        f'    answer = self.service.post("{resource.route}", ["no", "object"])',
        f"    self.assertEqual(answer.status, {api.invalid_status})",
        '    self.assertIn("detail", answer.body)',
    ]
    for field in resource.given:
        if field.unique:
            key = literal(field.name)
            yield [
                f"def test_a_{field.name}_that_is_taken_answers_409(self) -> None:",
                "    created = self.create()",
                f"    values = {{**{resource.name}_values(), {key}: created[{key}]}}",
                f'    answer = self.service.post("{resource.route}", values)',
                "    self.assertEqual(answer.status, 409)",
                '    self.assertIn("taken", answer.body["detail"])',
            ]


def _sendable(value: object) -> bool:
    """JSON has no infinities and no NaN."""
    return not (isinstance(value, float) and (value != value or value in (1e999, -1e999)))


def _one(resource: Resource) -> str:
    """Source of the path of ``created``."""
    return f"f\"{resource.route}/{{created['id']}}\""


def _unknown(resource: Resource, call: str) -> list[str]:
    return [
        f"    answer = self.service.{call}",
        "    self.assertEqual(answer.status, 404)",
        '    self.assertIn("unknown", answer.body["detail"])',
    ]


def _get(resource: Resource) -> Iterator[Method]:
    if "get" not in resource.operations:
        return
    yield [
        "def test_fetching_answers_what_was_created(self) -> None:",
        "    created = self.create()",
        f"    answer = self.service.get({_one(resource)})",
        "    self.assertEqual(answer.status, 200)",
        "    self.assertEqual(answer.body, created)",
    ]
    yield [
        "def test_fetching_an_unknown_id_answers_404(self) -> None:",
        *_unknown(resource, f'get("{resource.route}/unknown")'),
    ]


def _list(resource: Resource, api: Api) -> Iterator[Method]:
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


def _update(resource: Resource, api: Api) -> Iterator[Method]:
    if "update" not in resource.operations:
        return
    field = next((f for f in resource.given if f.name != resource.state), resource.given[0])
    key, wrong = literal(field.name), literal(samples.wrong_types(field)[0])
    values = f"{resource.name}_values()"
    new = f"{values}[{key}]" if field.unique else literal(samples.usual(resource, field, 1))
    times = [f.name for f in resource.fields if f.filled == "changed"]
    kept = "".join(f", {literal(name)}: answer.body[{literal(name)}]" for name in times)
    yield [
        "def test_a_patch_changes_only_what_it_gives(self) -> None:",
        "    created = self.create()",
        f"    change = {{{key}: {new}}}",
        f"    answer = self.service.patch({_one(resource)}, change)",
        "    self.assertEqual(answer.status, 200)",
        f"    self.assertEqual(answer.body, {{**created, **change{kept}}})",
    ]
    yield [
        "def test_a_put_sets_every_value(self) -> None:",
        "    created = self.create()",
        f"    values = {{**{values}, {key}: {new}}}",
        f"    answer = self.service.put({_one(resource)}, values)",
        "    self.assertEqual(answer.status, 200)",
        f"    self.assertEqual(answer.body, {{**created, **values{kept}}})",
    ]
    yield [
        f"def test_a_wrong_change_answers_{api.invalid_status}(self) -> None:",
        "    created = self.create()",
        f"    wrong = {{**{values}, {key}: {wrong}}}",
        f"    for send in (self.service.patch, self.service.put):",
        f"        answer = send({_one(resource)}, wrong)",
        f"        self.assertEqual(answer.status, {api.invalid_status})",
        f'        self.assertEqual(answer.body["detail"][0]["loc"], ["body", {key}])',
    ]
    yield [
        "def test_changing_an_unknown_id_answers_404(self) -> None:",
        "    for send in (self.service.patch, self.service.put):",
        f'        answer = send("{resource.route}/unknown", {values})',
        "        self.assertEqual(answer.status, 404)",
        '        self.assertIn("unknown", answer.body["detail"])',
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


def _transitions(resource: Resource) -> Iterator[Method]:
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
            *_unknown(resource, f'post("{resource.route}/unknown/{transition.verb}")'),
        ]


def _unmet(resource: Resource, condition: Condition) -> Path | None:
    values: tuple[str | bool, ...] = resource.field(condition.field).choices or (False, True)
    left = tuple(value for value in values if value not in condition.values)
    return path(resource, [Condition(condition.field, left)])


def _guards(resource: Resource) -> Iterator[Method]:
    for number, guard in enumerate(resource.guards, start=1):
        way = path(resource, [guard.condition])
        if way is None:
            continue
        call = {
            "update": f"self.service.put({_one(resource)}, {resource.name}_values())",
            "delete": f"self.service.delete({_one(resource)})",
        }[guard.operation]
        yield [
            f"def test_{guard.operation}_is_refused_by_rule_{number}(self) -> None:",
            *indented(_created_by(resource, way)),
            f"    answer = {call}",
            "    self.assertEqual(answer.status, 409)",
            '    self.assertIn("cannot be", answer.body["detail"])',
        ]


def _delete(resource: Resource) -> Iterator[Method]:
    if "delete" not in resource.operations:
        return
    yield [
        "def test_deleting_answers_204_and_then_404(self) -> None:",
        "    created = self.create()",
        f"    answer = self.service.delete({_one(resource)})",
        "    self.assertEqual((answer.status, answer.body), (204, None))",
        f"    again = self.service.delete({_one(resource)})",
        "    self.assertEqual(again.status, 404)",
        '    self.assertIn(created["id"], again.body["detail"])',
    ]
