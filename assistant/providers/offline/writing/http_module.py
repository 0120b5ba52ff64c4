"""service-test.py of a REST service: every route, its status and its body."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.providers.offline.spec import NUMERIC, Api, Field, Resource
from assistant.providers.offline.writing import samples
from assistant.providers.offline.writing.http_parts import (
    guard_tests,
    helpers,
    list_tests,
    one,
    transition_tests,
    unknown,
)
from assistant.providers.offline.writing.source import (
    bracketed,
    listed,
    literal,
    methods,
    module,
)
from assistant.providers.offline.writing.unit_names import Method

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
    if any(field.unique for resource in api.resources for field in resource.given):
        blocks.insert(0, _FRESH)
    for resource in api.resources:
        blocks += ["\n".join(_values(resource)), "\n".join(_test_class(resource, api))]
    body = module([*blocks, ['if __name__ == "__main__":', "    main()"]])
    title = listed(resource.plural_words for resource in api.resources)
    head = [
        f'"""The service of {title}, asked over HTTP. Run with `python service-test.py MODE`."""',
        "",
        "from __future__ import annotations",
        "",
        *(["import itertools", "import uuid"] if "uuid." in body else []),
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
    """Source of a value that no test before has left in the service."""
    lower = int(field.lower.value) if field.lower else None
    upper = int(field.upper.value) if field.upper else None
    if field.type in NUMERIC:
        span = upper - (lower or 0) + 1 if upper is not None else 10**9
        return f"{lower or 0} + next(NUMBERS) % {span}"
    if field.type == "uuid":
        return "str(uuid.uuid4())"
    if field.type == "email":
        return 'fresh("abcdefghijklmnopqrstuvwxyz", 10) + "@example.com"'
    if field.type == "url":
        return '"https://example.com/" + fresh("0123456789", 4)'
    letters = samples.ALPHABETS.get(field.alphabet, "abcdefghijklmnopqrstuvwxyz")
    length = max(lower or 1, min(12, upper or 12))
    return f"fresh({literal(letters)}, {length})"


_FRESH = '''\
NUMBERS = itertools.count(uuid.uuid4().int % 10**6)


def fresh(letters: str, length: int) -> str:
    """A text that no test before has used."""
    number, text = next(NUMBERS), ""
    for _ in range(length):
        number, place = divmod(number, len(letters))
        text += letters[place]
    return text
'''


def _test_class(resource: Resource, api: Api) -> list[str]:
    tests = [
        *helpers(resource),
        *_create(resource, api),
        *_get(resource),
        *list_tests(resource, api),
        *_update(resource, api),
        *transition_tests(resource),
        *guard_tests(resource),
        *_delete(resource),
    ]
    return [f"class {resource.class_name}Test(ServiceTestCase):", *methods(tests)]


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


def _get(resource: Resource) -> Iterator[Method]:
    if "get" not in resource.operations:
        return
    yield [
        "def test_fetching_answers_what_was_created(self) -> None:",
        "    created = self.create()",
        f"    answer = self.service.get({one(resource)})",
        "    self.assertEqual(answer.status, 200)",
        "    self.assertEqual(answer.body, created)",
    ]
    yield [
        "def test_fetching_an_unknown_id_answers_404(self) -> None:",
        *unknown(resource, f'get("{resource.route}/unknown")'),
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
        f"    answer = self.service.patch({one(resource)}, change)",
        "    self.assertEqual(answer.status, 200)",
        f"    self.assertEqual(answer.body, {{**created, **change{kept}}})",
    ]
    yield [
        "def test_a_put_sets_every_value(self) -> None:",
        "    created = self.create()",
        f"    values = {{**{values}, {key}: {new}}}",
        f"    answer = self.service.put({one(resource)}, values)",
        "    self.assertEqual(answer.status, 200)",
        f"    self.assertEqual(answer.body, {{**created, **values{kept}}})",
    ]
    yield [
        f"def test_a_wrong_change_answers_{api.invalid_status}(self) -> None:",
        "    created = self.create()",
        f"    wrong = {{**{values}, {key}: {wrong}}}",
        "    for send in (self.service.patch, self.service.put):",
        f"        answer = send({one(resource)}, wrong)",
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


def _delete(resource: Resource) -> Iterator[Method]:
    if "delete" not in resource.operations:
        return
    yield [
        "def test_deleting_answers_204_and_then_404(self) -> None:",
        "    created = self.create()",
        f"    answer = self.service.delete({one(resource)})",
        "    self.assertEqual((answer.status, answer.body), (204, None))",
        f"    again = self.service.delete({one(resource)})",
        "    self.assertEqual(again.status, 404)",
        '    self.assertIn(created["id"], again.body["detail"])',
    ]
