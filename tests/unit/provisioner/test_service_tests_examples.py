"""Examples of schemas, checked by a validator of JSON Schema that is not ours."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from provisioner.endpoint_tests.examples import NoExample, Unique, example, refused, sample
from provisioner.endpoint_tests.openapi import operations
from provisioner.endpoint_tests.source import expression

Schema = dict[str, Any]

calm = settings(deadline=None)  # a busy machine is no defect


def bounds(low: str, high: str, values: st.SearchStrategy[int]) -> st.SearchStrategy[Schema]:
    """Both, one or none of two bounds, in order where both are there."""
    both = st.tuples(values, values).map(lambda two: {low: min(two), high: max(two) + 2})
    return st.one_of(both, st.fixed_dictionaries({}, optional={low: values}))


numbers = st.tuples(
    st.sampled_from(["integer", "number"]),
    st.one_of(
        bounds("minimum", "maximum", st.integers(-1000, 1000)),
        bounds("exclusiveMinimum", "exclusiveMaximum", st.integers(-1000, 1000)),
    ),
).map(lambda pair: {"type": pair[0], **pair[1]})
texts = bounds("minLength", "maxLength", st.integers(0, 60)).map(
    lambda limits: {"type": "string", **limits}
)
patterns = st.sampled_from(
    [r"^[A-Z]{3}$", r"^\d{4}-\d{2}$", r"^[a-z0-9-]+$", r"^#[0-9a-f]{6}$"]
).map(lambda pattern: {"type": "string", "pattern": pattern})
choices = st.lists(st.sampled_from(["open", "paid", "shipped"]), min_size=1, unique=True).map(
    lambda names: {"type": "string", "enum": names}
)
plain = st.one_of(numbers, texts, patterns, choices, st.just({"type": "boolean"}))
nullable = plain.map(lambda schema: {"anyOf": [schema, {"type": "null"}]})
lists = plain.map(lambda schema: {"type": "array", "items": schema, "minItems": 1})
properties = st.dictionaries(
    st.sampled_from(["customer", "quantity", "price", "status", "x"]),
    st.one_of(plain, nullable, lists),
    min_size=1,
)
objects = properties.map(lambda p: {"type": "object", "properties": p, "required": sorted(p)})
schemas = st.one_of(plain, nullable, lists, objects)


def at_run_time(value: Any) -> Any:
    """What the written test sends."""
    return eval(expression(value), {"unique": lambda prefix: f"{prefix}-0123abcd"})


def accepts(schema: Schema, value: Any) -> bool:
    return bool(Draft202012Validator(schema).is_valid(value))


@calm
@given(schemas, st.booleans())
def test_an_example_is_accepted(schema: Schema, another: bool) -> None:
    assert accepts(schema, at_run_time(example(schema, "customer", another=another)))


@calm
@given(st.one_of(plain, nullable, lists))
def test_a_refused_value_is_refused(schema: Schema) -> None:
    for wrong in refused(schema):
        assert not accepts(schema, at_run_time(wrong.value)), wrong


@calm
@given(plain)
def test_every_rule_has_a_value_that_breaks_it(schema: Schema) -> None:
    rules = [wrong.rule for wrong in refused(schema)]
    assert rules[0] == "of the wrong type"
    bound = [
        key
        for key in schema
        if key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "enum", "pattern")
    ]
    lengths = [key for key in ("minLength", "maxLength") if schema.get(key)]
    assert len(rules) == 1 + len(bound) + len(lengths)


@calm
@given(numbers)
def test_another_example_differs_where_the_schema_leaves_room(schema: Schema) -> None:
    low = schema.get("minimum", schema.get("exclusiveMinimum", -2000) + 1)
    high = schema.get("maximum", schema.get("exclusiveMaximum", 2000) - 1)
    assert (example(schema) != example(schema, another=True)) == (low < high)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "format": "uuid"}, "6f1e3a52-7c0b-4a8e-9d51-2b7f60c4d913"),
        ({"type": "string", "examples": ["given"]}, "given"),
        ({"const": 7}, 7),
        ({"allOf": [{"type": "boolean"}], "title": "x"}, True),
        ({"type": "null"}, None),
        ({"type": "integer", "multipleOf": 5, "minimum": 3}, 5),
        ({"type": "object"}, {}),
    ],
)
def test_an_example_of(schema: Schema, value: object) -> None:
    assert example(schema) == value


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "string", "pattern": "(?=a)b"},
        {"type": "string", "pattern": "\\p{L}+"},
        {"type": "string", "format": "binary"},
        {"type": "integer", "minimum": 5, "maximum": 4},
        {"type": "object", "required": ["x"], "properties": {"x": {}}},
    ],
)
def test_what_is_not_understood_is_said_and_not_guessed(schema: Schema) -> None:
    with pytest.raises(NoExample):
        example(schema)


def test_a_pattern_of_another_language_breaks_nothing() -> None:
    assert [one.rule for one in refused({"type": "string", "pattern": "\\p{L}"})] == [
        "of the wrong type"
    ]


@pytest.mark.parametrize("schema", [{}, {"type": "object"}, {"anyOf": [{"type": "string"}, {}]}])
def test_a_schema_that_takes_anything_refuses_nothing(schema: Schema) -> None:
    assert list(refused(schema)) == []


@pytest.mark.filterwarnings("ignore::FutureWarning")  # of the check below, for odd patterns
@calm
@given(st.text(max_size=30))
def test_any_pattern_gives_a_match_or_nothing(pattern: str) -> None:
    text = sample(pattern)
    assert text is None or re.search(pattern, text)


@calm
@given(st.from_regex(r"(\[\^?[a-c0-9]+\]|\\[dwsS]|[a-z.])[+*?]?(\{1,3\})?(\|x)?", fullmatch=True))
def test_usual_patterns_are_matched(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error:
        return
    text = sample(pattern)
    assert text is not None
    assert re.search(pattern, text)


@calm
@given(
    st.recursive(
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.text(),
            st.floats(allow_nan=False, allow_infinity=False),
        ),
        lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
        max_leaves=8,
    )
)
def test_an_expression_is_its_value(value: object) -> None:
    assert eval(expression(value)) == value


def test_a_text_is_another_one_each_time() -> None:
    assert example({"type": "string"}, "customer") == Unique("customer")
    assert expression(Unique('a"b')) == "unique('a\"b')"


def test_a_schema_that_holds_itself_is_read_to_an_end() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}
    document = {
        "paths": {"/nodes": {"post": {"requestBody": {"content": content}}}},
        "components": {"schemas": {"Node": node}},
    }
    (operation,) = operations(document)
    assert operation.body is not None
    assert operation.body["type"] == "object"
