"""Operations on an item besides GET and DELETE, each with a valid body."""

from __future__ import annotations

from dataclasses import dataclass

from provisioner.endpoint_tests.examples import NoExample, example
from provisioner.endpoint_tests.openapi import Operation, Schema
from provisioner.endpoint_tests.resources import Resource, properties
from provisioner.endpoint_tests.source import slug


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an item.

    Attributes:
        operation: on the item itself, or below it.
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

    @property
    def method(self) -> str:
        """The name of the test class's method that makes the body."""
        return f"{slug(self.name)}_body"

    @property
    def arguments(self) -> tuple[str, ...]:
        """Python expressions that follow the path in a call."""
        return () if self.body is None else (f"self.{self.method}()",)


def changes_of(resource: Resource) -> tuple[list[Change], list[str]]:
    """List the changes that a resource's items accept, and those left out, with the reason."""
    changes: list[Change] = []
    left_out: list[str] = []
    on_item = [one for method, one in resource.items.items() if method not in ("GET", "DELETE")]
    for operation in (*on_item, *resource.actions):
        if len(operation.path_parameters) != 1:
            left_out.append(f"{operation}: it lies below an item of an item")
        elif any(parameter.required for parameter in operation.query):
            left_out.append(f"{operation}: it requires a query")
        else:
            try:
                body = _right_body(operation, resource)
            except NoExample as error:
                left_out.append(f"{operation}: {error}")
            else:
                changes.append(Change(operation, operation.path.partition("}")[2], body))
    return changes, left_out


def _right_body(operation: Operation, resource: Resource) -> object | None:
    """What is required, with other values than at creation, or else one plain property."""
    schema: Schema | None = operation.body
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
