"""Tests of a resource: items created, read, listed, filtered, changed, deleted, unknown."""

from __future__ import annotations

from provisioner.endpoint_tests.changes import Change, changes_of
from provisioner.endpoint_tests.examples import NoExample, Unique, example, plain_branch
from provisioner.endpoint_tests.openapi import Operation, Schema
from provisioner.endpoint_tests.operation_tests import add_body_refusals, add_query_refusals, call
from provisioner.endpoint_tests.resources import Resource, described, members, properties
from provisioner.endpoint_tests.source import (
    TestClass,
    answer_lines,
    class_name,
    expression,
    missing_lines,
    refusal_lines,
)

_CREATED = "created = self.created()"
_ITEM = "self.path(created)"


def resource_tests(resource: Resource) -> tuple[TestClass, list[str]]:
    """Build the tests of a resource, and a list of what is left out, with the reason."""
    tests = TestClass(class_name(resource.path))
    try:
        body = None if resource.create.body is None else example(resource.create.body, "body")
    except NoExample as error:
        return tests, [f"{one}: {error}" for one in members(resource)]
    changes, left_out = changes_of(resource)
    _add_shared(tests, resource, body, changes)
    _add_creation(tests, resource)
    if resource.list is not None:
        _add_listing(tests, resource, resource.list)
    try:
        _add_unknown(tests, resource, changes)
    except NoExample as error:
        left_out.append(f"unknown items of {resource.path}: {error}")
    if not resource.identifiers:
        unreported = f"the answer of {resource.create} does not tell their id"
        return tests, [*left_out, f"items of {resource.path}: {unreported}"]
    _add_path(tests, resource)
    _add_items(tests, resource)
    for change in changes:
        _add_change(tests, resource, change)
    return tests, left_out


def _add_shared(tests: TestClass, resource: Resource, body: object, changes: list[Change]) -> None:
    """Methods that make bodies and items; each item is another one, none needs an empty store."""
    create = resource.create
    sent = ["self.body() | changes"] if create.body is not None else []
    lines = [
        f"response = {call(create, expression(resource.path), *sent)}",
        f"self.assertEqual(response.status, {create.status}, response.body)",
        "return response.body",
    ]
    if create.body is not None:
        tests.method("body", "dict[str, Any]", [f"return {expression(body)}"])
    tests.method("created", "Any", lines, "**changes: Any" if create.body is not None else "")
    for change in changes:
        if change.body is not None:
            tests.method(change.method, "Any", [f"return {expression(change.body)}"])


def _add_path(tests: TestClass, resource: Resource) -> None:
    """Add the method that returns an item's path, by the answer where that is not described."""
    names = resource.identifiers
    if len(names) == 1:
        tests.method("path", "str", [f"return {_path_with(resource, repr(names[0]))}"], "item: Any")
        return
    lines = [
        f"names = [name for name in {expression(list(names))} if name in item]",
        'self.assertTrue(names, f"no id in {item}")',
        f"return {_path_with(resource, 'names[0]')}",
    ]
    tests.method("path", "str", lines, "item: Any")


def _path_with(resource: Resource, name: str) -> str:
    return f'f"{resource.path}/{{item[{name}]}}"'


def _add_creation(tests: TestClass, resource: Resource) -> None:
    create, path = resource.create, expression(resource.path)
    answer = answer_lines(create.response, create.status)
    if create.body is None:
        tests.test("post creates one", [f"response = {call(create, path)}", *answer])
        return
    lines = ["sent = self.body()", f"response = {call(create, path, 'sent')}", *answer]
    tests.test("post creates one", [*lines, *_echo_lines(create.body, create.response)])
    add_body_refusals(tests, create, path, "self.body()")


def _add_listing(tests: TestClass, resource: Resource, listing: Operation) -> None:
    path = expression(resource.path)
    add_query_refusals(tests, listing, path)
    if any(parameter.required for parameter in listing.query):
        return
    answer = answer_lines(listing.response, listing.status)
    items, array = _items(listing.response)
    some = [f"self.assertTrue({items})"] if array else []
    lines = ["self.created()", f"response = {call(listing, path)}", *answer, *some]
    tests.test("get lists what was created", lines)
    item = properties((array or {}).get("items"), required=False)
    given = properties(resource.create.body, required=False)
    for name in (one.name for one in listing.query if one.name in given and one.name in item):
        values = _two_values(given[name], name)
        if array and values and name.isidentifier():
            filtered = [
                *(f"self.created({name}={value})" for value in values[1:]),
                f"wanted = self.created({name}={values[0]})[{expression(name)}]",
                f"response = {call(listing, path, f'{name}=wanted')}",
                *answer,
                *some,
                f"for one in {items}:",
                f"    self.assertEqual(one[{expression(name)}], wanted)",
            ]
            tests.test(f"get filters by {name}", filtered)


def _items(answer: Schema | None) -> tuple[str, Schema | None]:
    """Where the items of a list's answer are, and the schema of that array: all of it, or the
    one array of a page. None where there is no such array."""
    if (answer or {}).get("type") == "array":
        return "response.body", answer
    arrays = [(name, one) for name, one in properties(answer).items() if one.get("type") == "array"]
    if len(arrays) != 1:
        return "", None
    return f"response.body[{expression(arrays[0][0])}]", arrays[0][1]


def _add_items(tests: TestClass, resource: Resource) -> None:
    path = _ITEM
    get, delete = resource.items.get("GET"), resource.items.get("DELETE")
    if get:
        lines = [_CREATED, f"response = {call(get, path)}"]
        lines += answer_lines(get.response, get.status)
        if not described(get.response):
            lines.append(f"self.assertEqual(self.path(response.body), {_ITEM})")
        elif resource.create.response == get.response:
            lines.append("self.assertEqual(response.body, created)")
        tests.test("get finds what was created", lines)
        kept = f"created = self.made_before({expression(resource.path)}, self.created)"
        tests.test("get finds what was created after a restart", [kept, *lines[1:]])
    if delete:
        lines = [_CREATED, f"response = {call(delete, path)}"]
        lines += answer_lines(delete.response, delete.status)
        tests.test("delete removes it", [*lines, *missing_lines(call(get or delete, path))])


def _add_change(tests: TestClass, resource: Resource, change: Change) -> None:
    """PUT and PATCH must change the item; what lies below it may be refused by a rule that no
    description tells, and may never break."""
    operation = change.operation
    path = f"{_ITEM} + {expression(change.rest)}" if change.rest else _ITEM
    if change.rest or operation.method == "POST":
        asked = call(operation, path, *change.arguments)
        accepted = f"({operation.status}, 400, 409, 422)"
        lines = [_CREATED, f"response = {asked}"]
        lines += [f"self.assertIn(response.status, {accepted}, response.body)"]
        tests.test(f"{change.name} answers", [*lines, "self.assertNotEqual(response.body, {})"])
        return
    lines = [_CREATED, *(f"sent = {one}" for one in change.arguments)]
    lines.append(f"response = {call(operation, path, *('sent' for _ in change.arguments))}")
    lines += answer_lines(operation.response, operation.status)
    if isinstance(change.body, dict):
        lines += _echo_lines(operation.body, operation.response, only=tuple(change.body))
    get = resource.items.get("GET")
    if get and described(get.response) and get.response == operation.response:
        lines.append(f"self.assertEqual({call(get, path)}.body, response.body)")
    tests.test(f"{change.name} changes it", lines)
    for name in properties(operation.body):
        asked = call(operation, path, f"without({change.arguments[0]}, {expression(name)})")
        tests.test(
            f"{change.name} without {name} is refused", [_CREATED, *refusal_lines(asked, name)]
        )


def _add_unknown(tests: TestClass, resource: Resource, changes: list[Change]) -> None:
    """404 for an item that is not there, whatever is asked of it."""
    unknown = f"{resource.path}/{_unknown(resource.parameter.schema)}"
    for method in ("GET", "DELETE"):
        if method in resource.items:
            asked = call(resource.items[method], expression(unknown))
            tests.test(f"{method} of an unknown one is not found", missing_lines(asked))
    for change in changes:
        asked = call(change.operation, expression(unknown + change.rest), *change.arguments)
        tests.test(f"{change.name} of an unknown one is not found", missing_lines(asked))


def _unknown(schema: Schema) -> str:
    if schema.get("type") == "integer":
        return str(min(2_000_000_000, int(schema.get("maximum", 2_000_000_000))))
    value = example(schema, "unknown")
    return value.prefix if isinstance(value, Unique) else str(value)


def _two_values(schema: Schema, name: str) -> list[str]:
    """Expressions for one or two different values of a plain property, to filter by."""
    branch = plain_branch(schema)
    if branch is None:
        return []
    if "enum" in branch:
        return [expression(value) for value in branch["enum"][:2]]
    try:
        values = [example(branch, name), example(branch, name, another=True)]
    except NoExample:
        return []
    return [expression(value) for value in values]


def _echo_lines(
    sent: Schema | None, answered: Schema | None, only: tuple[str, ...] | None = None
) -> list[str]:
    """Assertions that what was sent comes back, for properties that are the same in both.

    Args:
        sent: the schema of ``sent``.
        answered: the schema of ``response.body``.
        only: names that were sent; None means those that are required.
    """
    back = properties(answered, required=False)
    return [
        f"self.assertEqual(response.body[{expression(name)}], sent[{expression(name)}])"
        for name, one in properties(sent, required=only is None).items()
        if name in back
        and (only is None or name in only)
        and plain_branch(one) is not None
        and (plain_branch(one) or {}).get("type") == (plain_branch(back[name]) or {}).get("type")
    ]
