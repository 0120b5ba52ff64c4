"""Resources of a service: the operations on a collection and on its items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from provisioner.endpoint_tests.openapi import Operation, Parameter, Schema


@dataclass(frozen=True, slots=True)
class Resource:
    """A collection that things are created in, and whose items have a path of their own.

    Attributes:
        path: of the collection, ``/orders``.
        create: the POST that makes an item.
        list: the GET of the collection, None where there is none.
        items: the operations on ``path/{parameter}`` by method.
        actions: operations below an item, ``POST /payments/{id}/refund``.
        identifiers: the property of a creation's answer that names the item in a path; several
            to look for where the answer is not described; none where it has no such property.
        parameter: of an item's path.
    """

    path: str
    create: Operation
    list: Operation | None
    items: dict[str, Operation]
    actions: tuple[Operation, ...]
    identifiers: tuple[str, ...]
    parameter: Parameter


def resources(
    operations: Iterable[Operation],
) -> tuple[tuple[Resource, ...], tuple[Operation, ...]]:
    """Group operations into resources; returns them, and the operations that belong to none."""
    everything = tuple(operations)
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in everything:
        by_path.setdefault(operation.path.rstrip("/"), {})[operation.method] = operation
    found = []
    for path, methods in by_path.items():
        item_path = _item_path(path, by_path)
        if "POST" in methods and item_path and "{" not in path:
            found.append(_resource(path, methods, item_path, by_path))
    taken = {str(one) for resource in found for one in members(resource)}
    return tuple(found), tuple(one for one in everything if str(one) not in taken)


def members(resource: Resource) -> tuple[Operation, ...]:
    """All operations of a resource."""
    listing = (resource.list,) if resource.list else ()
    return (resource.create, *listing, *resource.items.values(), *resource.actions)


def properties(schema: Schema | None, *, required: bool = True) -> dict[str, Schema]:
    """The properties of an object schema: the required ones, or all."""
    if not schema:
        return {}
    always = schema.get("required", [])
    return {
        name: one
        for name, one in schema.get("properties", {}).items()
        if name in always or not required
    }


def described(schema: Schema | None) -> bool:
    """Whether a schema lists properties; that of ``-> dict`` does not."""
    return bool(schema and schema.get("properties"))


def _item_path(path: str, by_path: dict[str, dict[str, Operation]]) -> str:
    for candidate in by_path:
        head, _, last = candidate.rpartition("/")
        if head == path and last.startswith("{") and last.endswith("}"):
            return candidate
    return ""


def _resource(
    path: str,
    methods: dict[str, Operation],
    item_path: str,
    by_path: dict[str, dict[str, Operation]],
) -> Resource:
    items = by_path[item_path]
    parameter = next(iter(items.values())).path_parameters[0]
    actions = tuple(
        operation
        for one, found in by_path.items()
        if one.startswith(f"{item_path}/")
        for operation in found.values()
    )
    return Resource(
        path=path,
        create=methods["POST"],
        list=methods.get("GET"),
        items=items,
        actions=actions,
        identifiers=_identifiers(parameter.name, methods["POST"].response),
        parameter=parameter,
    )


def _identifiers(parameter: str, answer: Schema | None) -> tuple[str, ...]:
    usual = tuple(dict.fromkeys((parameter, "id", "uuid", "key")))
    if not described(answer):
        return usual if _may_be_object(answer) else ()
    known = properties(answer)
    return tuple(one for one in usual if one in known)[:1]


def _may_be_object(schema: Schema | None) -> bool:
    return schema is not None and schema.get("type", "object") == "object"
