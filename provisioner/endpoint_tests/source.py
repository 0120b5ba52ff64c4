"""Python source of service tests: expressions, assertions, methods and classes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from provisioner.endpoint_tests.examples import MadeParent, Unique
from provisioner.endpoint_tests.openapi import Operation
from provisioner.endpoint_tests.resources import properties

_TYPES = {
    "string": "str",
    "integer": "int",
    "number": "(int, float)",
    "boolean": "bool",
    "array": "list",
    "object": "dict",
}


@dataclass
class TestClass:
    """A class of tests under construction; ``methods`` are what its tests share."""

    __test__ = False  # pytest takes classes named Test… for tests

    name: str
    methods: list[str] = field(default_factory=list)
    tests: dict[str, str] = field(default_factory=dict)

    def method(self, signature: str, *lines: str) -> None:
        """Add a method that tests share: ``created(self) -> Any``."""
        self.methods.append(_function(signature, lines))

    def test(self, title: str, *lines: str) -> None:
        """Add a test; a name that is taken gets a number."""
        name = wanted = f"test_{slug(title)}"
        number = 1
        while name in self.tests:
            number += 1
            name = f"{wanted}_{number}"
        self.tests[name] = _function(f"{name}(self) -> None", lines)

    def refusal(self, title: str, name: str, asked: str, *before: str) -> None:
        """Add a test that a request is refused, and that the answer names the wrong value."""
        word = f'r"\\b{re.escape(name)}\\b"' if name.isidentifier() else expression(name)
        self.test(
            f"{title} is refused",
            *before,
            f"response = {asked}",
            "self.assertEqual(response.status, 422, response.body)",
            f"self.assertRegex(str(response.body), {word})",
        )

    def missing(self, title: str, asked: str, *before: str) -> None:
        """Add a test that something is not there."""
        self.test(
            title,
            *before,
            f"response = {asked}",
            "self.assertEqual(response.status, 404, response.body)",
            "self.assertIsInstance(response.body, dict)",
        )

    def text(self) -> str:
        """The whole class."""
        functions = "\n".join([*self.methods, *self.tests.values()])
        return f"class {self.name}(ServiceTestCase):\n{functions}"


def _function(signature: str, lines: tuple[str, ...]) -> str:
    return f"    def {signature}:\n" + "".join(f"        {line}\n" for line in lines)


def expression(value: Any) -> str:
    """A Python expression for a plain value; what is unique is made at run time."""
    if isinstance(value, Unique):
        return f"unique({expression(value.prefix)})"
    if isinstance(value, MadeParent):
        return f"self.{value.method}()"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{expression(k)}: {expression(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(expression, value))}]"
    if isinstance(value, str):
        if len(value) > 40 and value == value[0] * len(value):
            return f"{expression(value[0])} * {len(value)}"
        text = repr(value)
        return text if '"' in text else f'"{text[1:-1]}"'
    return repr(value)


def slug(text: str) -> str:
    """Part of an identifier."""
    return re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_").lower()


def class_name(path: str) -> str:
    """``/order-items`` is OrderItems."""
    words = re.findall(r"[A-Za-z0-9]+", path)
    return "".join(word[0].upper() + word[1:] for word in words) or "Root"


def call(operation: Operation, path: str, *arguments: str) -> str:
    """The call of a test for an operation; the path and its arguments are Python expressions."""
    return f"self.service.{operation.method.lower()}({', '.join((path, *arguments))})"


def answers(operation: Operation, path: str, *arguments: str) -> list[str]:
    """A call, and assertions of the status and of the shape that the description promises."""
    lines = [
        f"response = {call(operation, path, *arguments)}",
        f"self.assertEqual(response.status, {operation.status}, response.body)",
    ]
    schema = operation.response or {}
    kind = _TYPES.get(schema.get("type", ""))
    if operation.status == 204:
        lines.append("self.assertIsNone(response.body)")
    elif kind is None:
        lines.append("self.assertIsNotNone(response.body)")
    else:
        lines.append(f"self.assertIsInstance(response.body, {kind})")
        for name, one in properties(schema).items():
            key, kind = expression(name), _TYPES.get(one.get("type", ""))
            lines.append(
                f"self.assertIsInstance(response.body[{key}], {kind})"
                if kind
                else f"self.assertIn({key}, response.body)"
            )
    return lines
