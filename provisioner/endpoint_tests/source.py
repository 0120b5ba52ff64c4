"""Python source of service tests: expressions, assertions, methods and classes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from provisioner.endpoint_tests.examples import Refused, Unique
from provisioner.endpoint_tests.openapi import Schema
from provisioner.endpoint_tests.resources import properties

_TYPES = {
    "string": "str",
    "integer": "int",
    "number": "(int, float)",
    "boolean": "bool",
    "array": "list",
    "object": "dict",
}
_IMPORTS = """
from __future__ import annotations

{standard}from service_test_base import ServiceTestCase, main
"""
_UNIQUE = '''

def unique(prefix: str) -> str:
    """A text that no earlier test has used."""
    return f"{prefix}-{secrets.token_hex(4)}"
'''
_WITHOUT = """

def without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}
"""


@dataclass
class TestClass:
    """A class of tests under construction."""

    __test__ = False  # pytest takes classes named Test… for tests

    name: str
    methods: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)

    def method(self, name: str, result: str, lines: Sequence[str], parameters: str = "") -> None:
        """Add a method that tests share."""
        self.methods.append(_function(name, result, lines, parameters))

    def test(self, name: str, lines: Sequence[str]) -> None:
        """Add a test; a name that is taken gets a number."""
        wanted = f"test_{slug(name)}"
        taken = [one for one in self.tests if re.match(rf"    def {wanted}(_\d+)?\(", one)]
        self.tests.append(
            _function(f"{wanted}_{len(taken) + 1}" if taken else wanted, "None", lines)
        )

    def text(self) -> str:
        """The whole class."""
        functions = "\n".join([*self.methods, *self.tests])
        return f"class {self.name}(ServiceTestCase):\n{functions}"


def render(header: str, classes: Iterable[TestClass]) -> str:
    """Render the whole file, with the imports and functions that its tests use."""
    bodies = "\n\n".join(one.text() for one in classes)
    uses_any, uses_unique = "Any" in bodies or "without(" in bodies, "unique(" in bodies
    standard = "import secrets\n" * uses_unique + "from typing import Any\n" * uses_any
    return "".join(
        (
            header,
            _IMPORTS.format(standard=f"{standard}\n" if standard else ""),
            _UNIQUE * uses_unique,
            _WITHOUT * ("without(" in bodies),
            f'\n\n{bodies}\n\nif __name__ == "__main__":\n    main()\n',
        )
    )


def expression(value: Any) -> str:
    """A Python expression for a plain value; what is unique is made at run time."""
    if isinstance(value, Unique):
        return f"unique({expression(value.prefix)})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{expression(k)}: {expression(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(expression(one) for one in value)}]"
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


def answer_lines(schema: Schema | None, status: int) -> list[str]:
    """Assertions on ``response``: its status, and the shape that the description promises."""
    lines = [f"self.assertEqual(response.status, {status}, response.body)"]
    if status == 204:
        return [*lines, "self.assertIsNone(response.body)"]
    kind = _TYPES.get((schema or {}).get("type", ""))
    if kind is None:
        return [*lines, "self.assertIsNotNone(response.body)"]
    lines.append(f"self.assertIsInstance(response.body, {kind})")
    for name, one in properties(schema).items():
        property_kind = _TYPES.get(one.get("type", ""))
        value = f"response.body[{expression(name)}]"
        lines.append(
            f"self.assertIsInstance({value}, {property_kind})"
            if property_kind
            else f"self.assertIn({expression(name)}, response.body)"
        )
    return lines


def refusal_lines(call: str, name: str) -> list[str]:
    """Assertions that a request is refused, and that the answer names the wrong value."""
    return [
        f"response = {call}",
        "self.assertEqual(response.status, 422, response.body)",
        f"self.assertRegex(str(response.body), {_word(name)})",
    ]


def missing_lines(call: str) -> list[str]:
    """Assertions that something is not there."""
    return [
        f"response = {call}",
        "self.assertEqual(response.status, 404, response.body)",
        "self.assertIsInstance(response.body, dict)",
    ]


def refusal_name(name: str, refused: Refused) -> str:
    """``quantity_too_small_is_refused``."""
    return f"{name} {refused.rule} is refused"


def _word(name: str) -> str:
    """A regular expression that finds a name, but not as a part of another."""
    return 'r"' + rf"\b{re.escape(name)}\b" + '"' if name.isidentifier() else expression(name)


def _function(name: str, result: str, lines: Sequence[str], parameters: str = "") -> str:
    body = "".join(f"        {line}\n" for line in lines)
    return f"    def {name}({', '.join(filter(None, ('self', parameters)))}) -> {result}:\n{body}"
