"""test.py of a REST service: what the requirements promise, one promise a test."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.providers.offline.spec import Api, Field, Resource
from assistant.providers.offline.writing import samples
from assistant.providers.offline.writing.source import (
    bracketed,
    listed,
    literal,
    mapping,
    methods,
    module,
)
from assistant.providers.offline.writing.unit_changes import (
    delete_tests,
    update_tests,
)
from assistant.providers.offline.writing.unit_creation import create_tests
from assistant.providers.offline.writing.unit_finding import find_tests
from assistant.providers.offline.writing.unit_names import (
    Method,
    changed,
    constant,
    found,
    new_repository,
    several,
    stored,
    timed,
)
from assistant.providers.offline.writing.unit_states import state_tests


def write_tests(api: Api) -> str:
    """The whole of test.py: unittest, nothing beside main.py and the standard library."""
    blocks: list[list[str]] = [_constants(api)]
    for resource in api.resources:
        blocks += _classes(resource)
    body = module([*blocks, ['if __name__ == "__main__":', "    unittest.main()"]])
    return module([_head(api, body), body])


def _head(api: Api, body: str) -> str:
    names = ["Invalid"]
    names += [name for name in ("NotFound", "Conflict") if f"({name})" in body]
    names += [f"{resource.class_name}Repository" for resource in api.resources]
    title = listed(resource.plural_words for resource in api.resources)
    imports = [
        f"import {name}"
        for name, sign in (("dataclasses", "dataclasses."), ("datetime as dt", "dt."))
        if sign in body
    ]
    return "\n".join(
        [
            f'"""What {title} promise, one promise a test. Run with `python test.py`."""',
            "",
            "from __future__ import annotations",
            "",
            *imports,
            "import unittest",
            *(["from decimal import Decimal"] if "Decimal(" in body else []),
            "from typing import Any",
            "",
            *_import(sorted(names)),
        ]
    )


def _import(names: Sequence[str]) -> list[str]:
    line = f"from main import {', '.join(names)}"
    return [line] if len(line) <= 92 else bracketed("from main import (", names, ")")


def _constants(api: Api) -> list[str]:
    lines: list[str] = []
    for resource in api.resources:
        lines.append(f"{several(resource)}: list[dict[str, Any]] = [")
        for variant in range(3):
            values = {
                field.name: literal(samples.usual(resource, field, variant))
                for field in resource.given
            }
            entry = mapping("", values, 4)
            lines += [*entry[:-1], entry[-1] + ","]
        lines += ["]", f"{constant(resource)} = {several(resource)}[0]"]
    if any(timed(resource) for resource in api.resources):
        lines.append("NOON = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)")
    return lines


def _classes(resource: Resource) -> list[list[str]]:
    name = resource.class_name
    classes = [(f"{name}TestCase", "unittest.TestCase", _helpers(resource))]
    values = [test for field in resource.given for test in _value_tests(resource, field)]
    groups = [
        ("ValuesTest", values),
        ("CreateTest", create_tests(resource)),
        ("FindTest", find_tests(resource)),
        ("UpdateTest", update_tests(resource)),
        ("StateTest", state_tests(resource)),
        ("DeleteTest", delete_tests(resource)),
    ]
    classes += [(f"{name}{suffix}", f"{name}TestCase", tests) for suffix, tests in groups if tests]
    return [[f"class {title}({base}):", *methods(tests)] for title, base, tests in classes]


def _helpers(resource: Resource) -> list[Method]:
    valid, new = constant(resource), new_repository(resource)
    return [
        [
            "def assert_accepted(self, field: str, values: list[Any]) -> None:",
            "    for value in values:",
            "        with self.subTest(value=value):",
            f"            created = {new}.create({{**{valid}, field: value}})",
            "            self.assertEqual(created.to_json()[field], value)",
        ],
        [
            "def assert_refused(self, field: str, values: list[Any]) -> None:",
            "    for value in values:",
            "        with self.subTest(value=value):",
            f"            repository = {new}",
            "            with self.assertRaises(Invalid) as refusal:",
            f"                repository.create({{**{valid}, field: value}})",
            "            self.assertEqual(list(refusal.exception.problems), [field])",
            f"            self.assertEqual({found(resource)}, [])",
        ],
    ]


def _value_tests(resource: Resource, field: Field) -> list[Method]:
    tests: list[Method] = []

    def test(what: str, check: str, values: Sequence[object]) -> None:
        if values:
            call = bracketed(
                f"self.{check}({literal(field.name)}, [", map(literal, values), "])", 4
            )
            tests.append([f"def test_{field.name}_{what}(self) -> None:", *call])

    if field.name == resource.state:
        later = [choice for choice in field.choices if choice not in resource.entries]
        test("accepts_what_it_may_be_at_first", "assert_accepted", resource.entries)
        test("refuses_what_only_a_state_change_sets", "assert_refused", later)
    else:
        every = field.choices or field.type == "boolean"
        what = "accepts_every_choice" if every else "accepts_its_limits"
        test(what, "assert_accepted", samples.inside(field))
    test("refuses_wrong_values", "assert_refused", samples.outside(field))
    test("refuses_other_types", "assert_refused", samples.wrong_types(field))
    if field.optional:
        test("may_be_null", "assert_accepted", [None])
    tests.append(_missing(resource, field) if field.required else _left_out(resource, field))
    if field.unique:
        tests.append(_taken(resource, field))
    return tests


def _without(resource: Resource, field: Field) -> list[str]:
    return [f"    values = dict({constant(resource)})", f"    del values[{literal(field.name)}]"]


def _left_out(resource: Resource, field: Field) -> Method:
    attribute = f"created.{field.attribute}"
    if field.default is None:
        what, check = "null", f"self.assertIsNone({attribute})"
    else:
        what = "its_default"
        check = f"self.assertEqual({attribute}, {stored(field, field.default)})"
    return [
        f"def test_{field.name}_is_{what}_where_it_is_left_out(self) -> None:",
        *_without(resource, field),
        f"    created = {new_repository(resource)}.create(values)",
        f"    {check}",
    ]


def _missing(resource: Resource, field: Field) -> Method:
    return [
        f"def test_{field.name}_is_required(self) -> None:",
        *_without(resource, field),
        f"    repository = {new_repository(resource)}",
        "    with self.assertRaises(Invalid) as refusal:",
        "        repository.create(values)",
        "    problems = refusal.exception.problems",
        f'    self.assertEqual(problems, {{{literal(field.name)}: "is required"}})',
    ]


def _taken(resource: Resource, field: Field) -> Method:
    others = {
        other.name: literal(samples.usual(resource, other, 1))
        for other in resource.given
        if other.unique and other.name != field.name
    }
    return [
        f"def test_{field.name}_is_unique(self) -> None:",
        f"    repository = {new_repository(resource)}",
        f"    first = repository.create({constant(resource)})",
        "    with self.assertRaises(Conflict):",
        f"        repository.create({changed(resource, others)})",
        f"    self.assertEqual({found(resource)}, [first])",
    ]
