"""Tests of one operation by its description: its answer, and what it must refuse."""

from __future__ import annotations

from typing import Any

from provisioner.endpoint_tests.examples import NoExample, example, refused
from provisioner.endpoint_tests.openapi import Operation, Schema
from provisioner.endpoint_tests.source import (
    TestClass,
    answer_lines,
    expression,
    refusal_lines,
    refusal_name,
)


def call(operation: Operation, path: str, *arguments: str) -> str:
    """The call of a test for an operation; ``path`` is a Python expression."""
    return f"self.service.{operation.method.lower()}({', '.join((path, *arguments))})"


def add_body_refusals(tests: TestClass, operation: Operation, path: str, body: str) -> None:
    """Add a test for each required property left out and each rule broken.

    Args:
        tests: the class that gets them.
        operation: one with a body.
        path: a Python expression.
        body: a Python expression for a valid body.
    """
    schema: Schema = operation.body or {}
    verb = operation.method.lower()
    for name in schema.get("required", []):
        lines = refusal_lines(call(operation, path, f"without({body}, {expression(name)})"), name)
        tests.test(f"{verb} without {name} is refused", lines)
    for name, one in schema.get("properties", {}).items():
        for wrong in refused(one):
            changed = f"{body} | {expression({name: wrong.value})}"
            lines = refusal_lines(call(operation, path, changed), name)
            tests.test(f"{verb} with {refusal_name(name, wrong)}", lines)


def add_query_refusals(tests: TestClass, operation: Operation, path: str) -> None:
    """Add a test for each broken rule of a query parameter; only where none is required."""
    if any(parameter.required for parameter in operation.query):
        return
    for parameter in operation.query:
        for wrong in refused(parameter.schema):
            value: Any = wrong.value
            if isinstance(value, dict):
                if not _is_number(parameter.schema):
                    continue
                value = "no number"
            if isinstance(value, list) or not parameter.name.isidentifier():
                continue
            asked = call(operation, path, f"{parameter.name}={expression(value)}")
            lines = refusal_lines(asked, parameter.name)
            tests.test(f"query {refusal_name(parameter.name, wrong)}", lines)


def other_tests(operation: Operation) -> tuple[TestClass, str]:
    """Build the tests of an operation of no resource; and the reason where there are none."""
    tests = TestClass("")
    if operation.path_parameters:
        return tests, "whether its path leads to something is not in the description"
    if operation.method == "DELETE":
        return tests, "it may delete what is not the tests'"
    path = expression(operation.path)
    try:
        arguments = [] if operation.body is None else [expression(example(operation.body, "body"))]
        query = {one.name: example(one.schema, one.name) for one in operation.query if one.required}
    except NoExample as error:
        return tests, str(error)
    name = f"{operation.method.lower()} {operation.path}"
    if query and operation.method == "GET":
        arguments = [f"**{expression(query)}"]
    elif query:
        return tests, "it takes a query besides its body"
    answer = answer_lines(operation.response, operation.status)
    tests.test(f"{name} answers", [f"response = {call(operation, path, *arguments)}", *answer])
    if operation.body is not None:
        add_body_refusals(tests, operation, path, arguments[0])
    add_query_refusals(tests, operation, path)
    return tests, ""


def _is_number(schema: Schema) -> bool:
    branches = schema.get("anyOf", [schema])
    return all(one.get("type") in ("integer", "number", "null") for one in branches)
