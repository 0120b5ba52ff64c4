"""Resources of a service: the operations on a collection and on its items."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from provisioner.endpoint_tests.examples import NoExample, example
from provisioner.endpoint_tests.openapi import Operation, Parameter, Schema


@dataclass(frozen=True, slots=True)
class Resource:
    """A collection that things are created in, and whose items have a path of their own.

    Attributes:
        path: of the collection, ``/orders``.
        items: the operations on ``path/{parameter}`` by method.
        actions: operations below an item, ``POST /payments/{id}/refund``.
        identifiers: the property of a creation's answer that names the item in a path; several
            to look for where the answer is not described; none where it has no such property.
        parameter: of an item's path.
    """

    path: str
    create: Operation
    list: Operation | None
    items: Mapping[str, Operation]
    actions: tuple[Operation, ...]
    identifiers: tuple[str, ...]
    parameter: Parameter

    def __iter__(self) -> Iterator[Operation]:
        """All operations of it."""
        yield self.create
        if self.list:
            yield self.list
        yield from self.items.values()
        yield from self.actions


@dataclass(frozen=True, slots=True)
class Change:
    """An operation on an item besides GET and DELETE.

    Attributes:
        rest: its path below the item, "" for the item itself.
        body: a valid body, None where it takes none.
    """

    operation: Operation
    rest: str
    body: object | None

    @property
    def name(self) -> str:
        """``put``, or ``post refund`` below the item."""
        return f"{self.operation.method.lower()} {self.rest.strip('/')}".strip()


def resources(operations: Iterable[Operation]) -> tuple[list[Resource], list[Operation]]:
    """Group operations into resources; returns them, and the operations that belong to none."""
    others = list(operations)
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in others:
        by_path.setdefault(operation.path.rstrip("/"), {})[operation.method] = operation
    found = []
    for path, methods in by_path.items():
        pattern = re.compile(rf"{re.escape(path)}/\{{[^/]*\}}")
        item = next(filter(pattern.fullmatch, by_path), None)
        if "POST" in methods and item and "{" not in path:
            below = [by_path[one] for one in by_path if one.startswith(f"{item}/")]
            parameter = next(iter(by_path[item].values())).path_parameters[0]
            resource = Resource(
                path=path,
                create=methods["POST"],
                list=methods.get("GET"),
                items=by_path[item],
                actions=tuple(one for actions in below for one in actions.values()),
                identifiers=_identifiers(parameter.name, methods["POST"].response),
                parameter=parameter,
            )
            found.append(resource)
            others = [one for one in others if one not in resource]
    return found, others


def changes_of(resource: Resource) -> tuple[list[Change], list[str]]:
    """List the changes that a resource's items accept, and those left out, with the reason."""
    changes: list[Change] = []
    left_out: list[str] = []
    on_item = [one for method, one in resource.items.items() if method not in ("GET", "DELETE")]
    for operation in (*on_item, *resource.actions):
        try:
            body = _changed_body(operation, resource)
            changes.append(Change(operation, operation.path.partition("}")[2], body))
        except NoExample as error:
            left_out.append(f"{operation}: {error}")
    return changes, left_out


def properties(schema: Schema | None, *, required: bool = True) -> dict[str, Schema]:
    """The properties of an object schema: the required ones, or all."""
    schema = schema or {}
    every = schema.get("properties", {})
    always = schema.get("required", [])
    return {name: one for name, one in every.items() if name in always or not required}


def described(schema: Schema | None) -> bool:
    """Whether a schema lists properties; that of ``-> dict`` does not."""
    return bool(schema and schema.get("properties"))


def _changed_body(operation: Operation, resource: Resource) -> object | None:
    """What is required, with other values than at creation, or else one plain property."""
    if len(operation.path_parameters) != 1:
        raise NoExample("it lies below an item of an item")
    if operation.requires_query:
        raise NoExample("it requires a query")
    schema = operation.body
    if schema is None:
        return None
    body: object = example(schema, "body", another=True)
    if body or operation.method != "PATCH":
        return body
    created = properties(resource.create.body)
    for name, one in properties(schema, required=False).items():
        if name in created:
            return {name: example(one, name, another=True)}
    raise NoExample("nothing that it changes is known from creation")


def _identifiers(parameter: str, answer: Schema | None) -> tuple[str, ...]:
    usual = tuple(dict.fromkeys((parameter, "id", "uuid", "key")))
    if described(answer):
        return tuple(one for one in usual if one in properties(answer))[:1]
    return usual if answer is not None and answer.get("type", "object") == "object" else ()
