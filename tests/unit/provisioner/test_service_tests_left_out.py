"""What a description does not tell is left out with the reason, and the rest is still tested."""

from __future__ import annotations

from typing import Any

import pytest

from provisioner.endpoint_tests.writer import write_tests

INTEGER = {"type": "integer"}
THING = {"type": "object", "properties": {"id": INTEGER, "n": INTEGER}, "required": ["id", "n"]}
NEW = {"type": "object", "properties": {"n": INTEGER}, "required": ["n"]}
ID = {"name": "thing_id", "in": "path", "required": True, "schema": INTEGER}
ASKED = {"name": "q", "in": "query", "required": True, "schema": {"type": "string"}}


def json_of(schema: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def operation(
    answer: Any = THING, body: Any = None, parameters: Any = (), **more: Any
) -> dict[str, Any]:
    described = {"responses": {"200": json_of(answer)}, "parameters": [*parameters], **more}
    return described | ({"requestBody": json_of(body)} if body is not None else {})


def things(**more: Any) -> dict[str, Any]:
    """A resource with creation and look-up, and more operations by path and method."""
    paths: dict[str, Any] = {
        "/things": {"post": operation(body=NEW)},
        "/things/{thing_id}": {"get": operation(parameters=[ID])},
    }
    for where, described in more.items():
        method, _, path = where.partition(" ")
        paths.setdefault(path, {})[method] = described
    return {"paths": paths}


ITEM = "/things/{thing_id}"
UPLOAD = {"requestBody": {"content": {"multipart/form-data": {}}}}
OTHER = {"type": "object", "properties": {"other": INTEGER}}
SAID = {"type": "object", "properties": {"said": {"type": "string"}}, "required": ["said"]}
HARD = ID | {"schema": {"type": "string", "pattern": "(?=x)"}}
PART = ID | {"name": "part_id"}


@pytest.mark.parametrize(
    ("where", "described", "reason"),
    [
        ("delete /all", operation(), "DELETE /all: it may delete what is not the tests'"),
        ("post /a", operation(body={}), "POST /a: body may be anything"),
        ("post /a", operation(body=NEW, parameters=[ASKED]), "it takes a query besides its body"),
        ("get /a", operation(security=[{"key": []}]), "GET /a: it asks for credentials"),
        ("post /a", operation(**UPLOAD), "POST /a: it takes multipart/form-data"),
        (f"put {ITEM}", operation(body={}, parameters=[ID]), "body may be anything"),
        (f"patch {ITEM}", operation(body=OTHER, parameters=[ID]), "nothing that it changes is"),
        (f"post {ITEM}/do", operation(parameters=[ID, ASKED]), "it requires a query"),
        (f"post {ITEM}/p/{{part_id}}", operation(parameters=[ID, PART]), "an item of an item"),
        ("post /things", operation(answer=SAID, body=NEW), "does not tell their id"),
        ("post /things", operation(body={}), f"GET {ITEM}: body may be anything"),
        (f"get {ITEM}", operation(parameters=[HARD]), "unknown items of /things: no text was"),
    ],
)
def test_it_is_left_out_with_its_reason(where: str, described: dict[str, Any], reason: str) -> None:
    generated = write_tests(things(**{where: described}))
    (told,) = [one for one in generated.left_out if reason in one]
    assert told in generated.text
    compile(generated.text, "service-test.py", "exec")
    assert generated.tests >= 1


def test_what_is_required_in_a_query_is_asked() -> None:
    generated = write_tests({"paths": {"/find": {"get": operation(parameters=[ASKED])}}})
    assert generated.left_out == ()
    assert 'self.service.get("/find", **{"q": unique("q")})' in generated.text


def test_a_listing_in_an_envelope_is_tested_by_its_promise() -> None:
    page = {"type": "object", "properties": {"items": {"type": "array"}}, "required": ["items"]}
    generated = write_tests(things(**{"get /things": operation(answer=page)}))
    assert 'self.assertIsInstance(response.body["items"], list)' in generated.text


def test_a_creation_without_a_body_is_tested() -> None:
    generated = write_tests(things(**{"post /things": operation()}))
    assert generated.left_out == ()
    assert 'self.service.post("/things")' in generated.text
    compile(generated.text, "service-test.py", "exec")


def test_bounds_of_a_query_with_other_required_ones_are_left_alone() -> None:
    bounded = {"name": "n", "in": "query", "schema": {"type": "integer", "minimum": 1}}
    alone = write_tests({"paths": {"/a": {"get": operation(parameters=[bounded])}}})
    beside = write_tests({"paths": {"/a": {"get": operation(parameters=[bounded, ASKED])}}})
    assert "too_small" in alone.text
    assert "too_small" not in beside.text
