"""What is asserted of a resource, and of an operation that belongs to none."""

from __future__ import annotations

from collections.abc import Iterable

from provisioner.endpoint_tests.examples import NoExample, Unique, example, plain_branch, refused
from provisioner.endpoint_tests.openapi import Operation, Schema
from provisioner.endpoint_tests.resources import Change, Resource, changes_of, described, properties
from provisioner.endpoint_tests.source import TestClass, answers, call, class_name, expression, slug

_CREATED = "created = self.created()"
_ITEM = "self.path(created)"


def other_tests(operation: Operation) -> TestClass:
    """Build the tests of an operation of no resource; raises NoExample where there are none."""
    name = f"{operation.method.lower()} {operation.path}"
    tests = TestClass(class_name(name))
    if operation.path_parameters:
        raise NoExample("whether its path leads to something is not in the description")
    if operation.method == "DELETE":
        raise NoExample("it may delete what is not the tests'")
    path = expression(operation.path)
    arguments = [] if operation.body is None else [expression(example(operation.body, "body"))]
    query = {one.name: example(one.schema, one.name) for one in operation.query if one.required}
    if query and operation.method != "GET":
        raise NoExample("it takes a query besides its body")
    if query:
        arguments = [f"**{expression(query)}"]
    tests.test(f"{name} answers", *answers(operation, path, *arguments))
    if operation.body is not None:
        _add_body_refusals(tests, operation, path, arguments[0])
    _add_query_refusals(tests, operation, path)
    return tests


def resource_tests(resource: Resource) -> tuple[TestClass, list[str]]:
    """Build the tests of a resource, and a list of what is left out, with the reason."""
    tests = TestClass(class_name(resource.path))
    create = resource.create
    try:
        body = None if create.body is None else example(create.body, "body")
    except NoExample as error:
        return tests, [f"{one}: {error}" for one in resource]
    changes, left_out = changes_of(resource)
    _add_shared(tests, resource, body, changes)
    _add_creation(tests, create, expression(resource.path))
    if resource.list is not None:
        _add_listing(tests, resource, resource.list)
    try:
        _add_unknown(tests, resource, changes)
    except NoExample as error:
        left_out.append(f"unknown items of {resource.path}: {error}")
    if not resource.identifiers:
        unreported = f"the answer of {create} does not tell their id"
        return tests, [*left_out, f"items of {resource.path}: {unreported}"]
    _add_path(tests, resource)
    _add_items(tests, resource)
    for change in changes:
        _add_change(tests, resource, change)
    return tests, left_out


def _add_shared(tests: TestClass, resource: Resource, body: object, changes: list[Change]) -> None:
    """Methods that make bodies and items; each item is another one, none needs an empty store."""
    create = resource.create
    sent, parameters = [], ""
    if create.body is not None:
        sent, parameters = ["self.body() | changes"], ", **changes: Any"
        tests.method("body(self) -> dict[str, Any]", f"return {expression(body)}")
    tests.method(
        f"created(self{parameters}) -> Any",
        f"response = {call(create, expression(resource.path), *sent)}",
        f"self.assertEqual(response.status, {create.status}, response.body)",
        "return response.body",
    )
    for change in changes:
        if change.body is not None:
            signature = f"{slug(change.name)}_body(self) -> Any"
            tests.method(signature, f"return {expression(change.body)}")


def _sent(change: Change) -> list[str]:
    """What follows the path in a call."""
    return [] if change.body is None else [f"self.{slug(change.name)}_body()"]


def _add_path(tests: TestClass, resource: Resource) -> None:
    """Add the method that returns an item's path, by the answer where that is not described."""
    names, lines, name = resource.identifiers, [], repr(resource.identifiers[0])
    if len(names) > 1:
        name = "names[0]"
        lines = [
            f"names = [name for name in {expression(list(names))} if name in item]",
            'self.assertTrue(names, f"no id in {item}")',
        ]
    tests.method(
        "path(self, item: Any) -> str", *lines, f'return f"{resource.path}/{{item[{name}]}}"'
    )


def _add_creation(tests: TestClass, create: Operation, path: str) -> None:
    if create.body is None:
        tests.test("post creates one", *answers(create, path))
        return
    echo = _echo_lines(create.body, create.response, properties(create.body))
    tests.test("post creates one", "sent = self.body()", *answers(create, path, "sent"), *echo)
    _add_body_refusals(tests, create, path, "self.body()")


def _add_body_refusals(tests: TestClass, operation: Operation, path: str, body: str) -> None:
    """Add a test for each required property left out and each rule broken."""
    verb = operation.method.lower()
    _add_omissions(tests, operation, path, body)
    for name, schema in properties(operation.body, required=False).items():
        for wrong in refused(schema):
            changed = f"{body} | {expression({name: wrong.value})}"
            title = f"{verb} with {name} {wrong.rule}"
            tests.refusal(title, name, call(operation, path, changed))


def _add_omissions(
    tests: TestClass, operation: Operation, path: str, body: str, *before: str
) -> None:
    for name in (operation.body or {}).get("required", []):
        asked = call(operation, path, f"without({body}, {expression(name)})")
        tests.refusal(f"{operation.method.lower()} without {name}", name, asked, *before)


def _add_query_refusals(tests: TestClass, operation: Operation, path: str) -> None:
    """Add a test for each broken rule of a query parameter; only where none is required."""
    if operation.requires_query:
        return
    for parameter in operation.query:
        branches = parameter.schema.get("anyOf", [parameter.schema])
        number = all(one.get("type") in ("integer", "number", "null") for one in branches)
        for wrong in refused(parameter.schema):
            value = "no number" if isinstance(wrong.value, dict) and number else wrong.value
            if isinstance(value, dict | list) or not parameter.name.isidentifier():
                continue
            asked = call(operation, path, f"{parameter.name}={expression(value)}")
            tests.refusal(f"query {parameter.name} {wrong.rule}", parameter.name, asked)


def _add_listing(tests: TestClass, resource: Resource, listing: Operation) -> None:
    path = expression(resource.path)
    _add_query_refusals(tests, listing, path)
    if listing.requires_query:
        return
    items, array = _items(listing.response)
    some = [f"self.assertTrue({items})"] if array else []
    tests.test("get lists what was created", "self.created()", *answers(listing, path), *some)
    item = properties((array or {}).get("items"), required=False)
    given = properties(resource.create.body, required=False)
    for name in (one.name for one in listing.query if one.name in given and one.name in item):
        values = _two_values(given[name], name)
        if array and values and name.isidentifier():
            tests.test(
                f"get filters by {name}",
                *(f"self.created({name}={value})" for value in values[1:]),
                f"wanted = self.created({name}={values[0]})[{expression(name)}]",
                *answers(listing, path, f"{name}=wanted"),
                *some,
                f"for one in {items}:",
                f"    self.assertEqual(one[{expression(name)}], wanted)",
            )


def _items(answer: Schema | None) -> tuple[str, Schema | None]:
    """Where the items of a list's answer are, and the schema of that array: all of it, or the
    one array of a page. None where there is no such array."""
    if (answer or {}).get("type") == "array":
        return "response.body", answer
    arrays = [(name, one) for name, one in properties(answer).items() if one.get("type") == "array"]
    if len(arrays) != 1:
        return "", None
    return f"response.body[{expression(arrays[0][0])}]", arrays[0][1]


def _two_values(schema: Schema, name: str) -> list[str]:
    """Expressions for one or two different values of a plain property, to filter by."""
    branch = plain_branch(schema)
    if branch is None:
        return []
    try:
        values = branch.get("enum") or [example(branch, name), example(branch, name, another=True)]
    except NoExample:
        return []
    return [expression(value) for value in values[:2]]


def _add_items(tests: TestClass, resource: Resource) -> None:
    get, delete = resource.items.get("GET"), resource.items.get("DELETE")
    if get:
        lines = answers(get, _ITEM)
        if not described(get.response):
            lines.append(f"self.assertEqual(self.path(response.body), {_ITEM})")
        elif resource.create.response == get.response:
            lines.append("self.assertEqual(response.body, created)")
        tests.test("get finds what was created", _CREATED, *lines)
        kept = f"created = self.made_before({expression(resource.path)}, self.created)"
        tests.test("get finds what was created after a restart", kept, *lines)
    if delete:
        lines = [_CREATED, *answers(delete, _ITEM)]
        tests.missing("delete removes it", call(get or delete, _ITEM), *lines)


def _add_change(tests: TestClass, resource: Resource, change: Change) -> None:
    """PUT and PATCH must change the item; what lies below it may be refused by a rule that no
    description tells, and may never break."""
    operation, sent = change.operation, _sent(change)
    if change.rest or operation.method == "POST":
        path = f"{_ITEM} + {expression(change.rest)}" if change.rest else _ITEM
        tests.test(
            f"{change.name} answers",
            _CREATED,
            f"response = {call(operation, path, *sent)}",
            f"self.assertIn(response.status, ({operation.status}, 400, 409, 422), response.body)",
            "self.assertNotEqual(response.body, {})",
        )
        return
    lines = [_CREATED, *(f"sent = {one}" for one in sent)]
    lines += answers(operation, _ITEM, *("sent" for _ in sent))
    if isinstance(change.body, dict):
        lines += _echo_lines(operation.body, operation.response, change.body)
    get = resource.items.get("GET")
    if get and described(get.response) and get.response == operation.response:
        lines.append(f"self.assertEqual({call(get, _ITEM)}.body, response.body)")
    tests.test(f"{change.name} changes it", *lines)
    if sent:
        _add_omissions(tests, operation, _ITEM, sent[0], _CREATED)


def _echo_lines(sent: Schema | None, answer: Schema | None, names: Iterable[str]) -> list[str]:
    """Assertions that of what was sent these properties come back, as far as both are alike."""
    given, back = (properties(one, required=False) for one in (sent, answer))
    lines = []
    for name in given:
        one, other = plain_branch(given[name]), plain_branch(back.get(name, {}))
        if name in names and one and other and one["type"] == other["type"]:
            key = expression(name)
            lines.append(f"self.assertEqual(response.body[{key}], sent[{key}])")
    return lines


def _add_unknown(tests: TestClass, resource: Resource, changes: list[Change]) -> None:
    """404 for an item that is not there, whatever is asked of it."""
    schema = resource.parameter.schema
    value = example(schema, "unknown")
    if schema.get("type") == "integer":
        value = min(2_000_000_000, int(schema.get("maximum", 2_000_000_000)))
    unknown = f"{resource.path}/{value.prefix if isinstance(value, Unique) else value}"
    for method in ("GET", "DELETE"):
        if method in resource.items:
            asked = call(resource.items[method], expression(unknown))
            tests.missing(f"{method} of an unknown one is not found", asked)
    for change in changes:
        asked = call(change.operation, expression(unknown + change.rest), *_sent(change))
        tests.missing(f"{change.name} of an unknown one is not found", asked)
