"""GitHub's published OpenAPI description: which requests and answers keep to it, and samples."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

_FILE = Path(__file__).with_name("openapi.json")
_NAME = "urn:github"


@dataclass(frozen=True)
class Operation:
    """A method of a path, e.g. ``get`` of ``/repos/{owner}/{repo}/actions/runs``."""

    path: str
    method: str

    @property
    def described(self) -> dict[str, Any]:
        found: dict[str, Any] = document()["paths"][self.path][self.method]
        return found

    def faults_of_request(self, query: Mapping[str, str], body: Any) -> Iterator[str]:
        """What a request does against the description."""
        parameters = [_resolved(one) for one in self.described["parameters"]]
        known = {one["name"]: one for one in parameters if one["in"] == "query"}
        for name, text in query.items():
            if name not in known:
                yield f"{self}: there is no parameter {name}"
                continue
            schema = _resolved(known[name]["schema"])
            value: Any = int(text) if schema.get("type") == "integer" and text.isdigit() else text
            yield from _faults(f"{self}, {name}", schema, value)
        for name, one in known.items():
            if one.get("required") and name not in query:
                yield f"{self}: {name} is missing"
        wanted = self.described.get("requestBody")
        if wanted:
            yield from _faults(f"{self}, body", _schema_of(wanted), body)
        elif body is not None:
            yield f"{self} takes no body"

    def faults_of_answer(self, status: int, body: Any) -> Iterator[str]:
        """What a successful answer does against the description."""
        responses = self.described["responses"]
        if str(status) not in responses:
            yield f"{self} never answers {status}"
        elif schema := _schema_of(responses[str(status)]):
            yield from _faults(f"{self}, answer", schema, body)

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"


@cache
def document() -> dict[str, Any]:
    """The description with OpenAPI 3.0's ``nullable`` as JSON Schema says it."""
    loaded: dict[str, Any] = _as_json_schema(json.loads(_FILE.read_text("utf-8")))
    return loaded


def _as_json_schema(node: Any) -> Any:
    if isinstance(node, list):
        return [_as_json_schema(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: _as_json_schema(value) for key, value in node.items() if key != "nullable"}
    if node.get("nullable") is True:
        return {"anyOf": [made, {"type": "null"}]}
    return made


def find_operation(method: str, path: str) -> Operation | None:
    """The operation of a request; of several that match, the one with the fewest holes."""
    found = []
    for template, methods in document()["paths"].items():
        pattern = re.escape(template).replace(r"\{path\}", ".+")
        if (
            re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", pattern), path)
            and method.lower() in methods
        ):
            found.append(Operation(template, method.lower()))
    return min(found, key=lambda one: one.path.count("{"), default=None)


def sample(schema: Mapping[str, Any], **fields: Any) -> Any:
    """The smallest instance of an object's schema, with some fields given."""
    return {**_sample(_resolved(schema)), **fields}


def component(name: str) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = document()["components"]["schemas"][name]
    return schema


def _sample(schema: Mapping[str, Any]) -> Any:
    schema = _resolved(schema)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            nothing = {"type": "null"} in schema[several]
            return None if nothing else _sample(schema[several][0])
    if "allOf" in schema:
        return {name: value for one in schema["allOf"] for name, value in _sample(one).items()}
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: _sample(properties.get(name, {})) for name in schema.get("required", ())}
    if kind == "string":
        return {"date-time": "2026-11-30T10:00:00Z", "uri": "https://github.example/x"}.get(
            schema.get("format", ""), "x"
        )
    return {"integer": 1, "number": 1, "boolean": False, "array": []}[kind]


def _resolved(node: Mapping[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        target: Any = document()
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return dict(node)


def _schema_of(body: Mapping[str, Any]) -> dict[str, Any]:
    content = _resolved(body).get("content", {}).get("application/json")
    return dict(content["schema"]) if content else {}


def _faults(where: str, schema: Mapping[str, Any], value: Any) -> Iterator[str]:
    whole = {"components": document()["components"], "allOf": [schema]}
    resource = Resource(contents=whole, specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource(_NAME, resource)
    validator = Draft202012Validator({"$ref": _NAME}, registry=registry)
    for error in validator.iter_errors(value):
        place = "/".join(map(str, error.absolute_path))
        yield f"{where} {place}: {error.message[:200]}"
