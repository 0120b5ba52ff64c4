"""Things that others belong to: a body's ``post_id`` is the id of a post that the test makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from provisioner.endpoint_tests.examples import MadeParent, example
from provisioner.endpoint_tests.openapi import Operation, Schema
from provisioner.endpoint_tests.resources import Resource, properties
from provisioner.endpoint_tests.source import TestClass, call, expression

Parents = Mapping[str, Resource]
"""Resources by the parameter of an item's path, ``post_id``."""


def find_parents(found: Iterable[Resource]) -> Parents:
    """The resources that others can name: a creation's answer tells the id, and a path takes it."""
    return {
        one.parameter.name: one
        for one in found
        if len(one.identifiers) == 1 and one.parameter.name.endswith("_id")
    }


def refer(resource: Resource, parents: Parents) -> Resource:
    """The resource, with bodies that name parents which exist."""
    others = {name: one for name, one in parents.items() if one.path != resource.path}
    return replace(
        resource,
        create=_referring(resource.create, others),
        items={method: _referring(one, others) for method, one in resource.items.items()},
        actions=tuple(_referring(one, others) for one in resource.actions),
    )


def add_makers(tests: TestClass, operations: Iterable[Operation], parents: Parents) -> None:
    """Add the methods that make the parents which these operations' bodies name, and theirs."""
    wanted = [name for one in operations for name in properties(one.body, required=False)]
    made = set[str]()
    while wanted:
        name = wanted.pop()
        if name not in parents or name in made:
            continue
        made.add(name)
        parent = parents[name]
        create, sent = parent.create, list[str]()
        if create.body is not None:
            sent = [expression(example(create.body, "body"))]
            wanted += properties(create.body)
        tests.method(
            f"{MadeParent(name).method}(self) -> Any",
            f"response = {call(create, expression(parent.path), *sent)}",
            f"self.assertEqual(response.status, {create.status}, response.body)",
            f"return response.body[{expression(parent.identifiers[0])}]",
        )


def _referring(operation: Operation, parents: Parents) -> Operation:
    """The operation, with the ids of parents that a test makes as the examples of its body."""
    named = properties(operation.body, required=False)
    made = {name: _made(one, name) for name, one in named.items() if name in parents}
    if operation.body is None or not made:
        return operation
    return replace(operation, body={**operation.body, "properties": {**named, **made}})


def _made(schema: Schema, name: str) -> Schema:
    if "anyOf" in schema:
        return {**schema, "anyOf": [_made(one, name) for one in schema["anyOf"]]}
    return schema if schema.get("type") == "null" else {**schema, "example": MadeParent(name)}
