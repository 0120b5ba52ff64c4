"""service-test.py from a service's own description: each test asserts a status and a body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provisioner.endpoint_tests.cases import other_tests, resource_tests
from provisioner.endpoint_tests.examples import NoExample
from provisioner.endpoint_tests.openapi import operations, read_openapi
from provisioner.endpoint_tests.parents import add_makers, find_parents, refer
from provisioner.endpoint_tests.resources import resources
from provisioner.endpoint_tests.run import FILE
from provisioner.endpoint_tests.source import TestClass, expression
from provisioner.feature.feature_config import FILE_NAME, load_feature_config
from provisioner.feature.packages.environment import TOOL, Environment
from provisioner.files.atomic import atomic_write
from provisioner.sandbox.base import Sandbox

_HEADER = '''\
"""Tests of the service {title}, made from its own description by generate-service-test.

Run: python service-test.py [SERVICE|CONTAINER|AZURE|SSH]
{left_out}"""

from __future__ import annotations

'''
_UNIQUE = '''

def unique(prefix: str) -> str:
    """A text that no earlier test has used."""
    return f"{prefix}-{secrets.token_hex(4)}"
'''
_WITHOUT = """

def without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}
"""


@dataclass(frozen=True, slots=True)
class GeneratedTests:
    """The text of a service-test.py, how many tests it holds, and what could not be tested fully,
    each with the reason."""

    text: str
    tests: int
    left_out: tuple[str, ...]


async def generate_service_test(
    folder: Path, *, sandbox: Sandbox, environment: Environment = TOOL
) -> GeneratedTests:
    """Write the service-test.py of a feature's folder; raises as `described_tests`."""
    generated = await described_tests(folder, sandbox=sandbox, environment=environment)
    atomic_write(folder / FILE, generated.text.encode())
    return generated


async def described_tests(
    folder: Path, *, sandbox: Sandbox, environment: Environment = TOOL
) -> GeneratedTests:
    """Generate the tests of a feature folder's service; raises ServiceUnreadable."""
    health_path = "/health"
    if (folder / FILE_NAME).exists():
        health_path = load_feature_config(folder).service.health_path
    document = await read_openapi(folder, sandbox=sandbox, environment=environment)
    return write_tests(document, health_path)


def write_tests(document: Mapping[str, Any], health_path: str = "/health") -> GeneratedTests:
    """Generate the tests of a service from its OpenAPI document. Pure."""
    every = tuple(operations(document))
    left_out = [f"{one}: {one.untestable}" for one in every if one.untestable]
    testable = [one for one in every if not one.untestable and one.path != health_path]
    described, others = resources(testable)
    parents = find_parents(described)
    found = [refer(resource, parents) for resource in described]
    parents = find_parents(found)
    classes = [_health(health_path)]
    for resource in found:
        tests, reasons = resource_tests(resource)
        add_makers(tests, resource, parents)
        classes.append(tests)
        left_out += reasons
    for operation in others:
        try:
            classes.append(other_tests(operation))
        except NoExample as error:
            left_out.append(f"{operation}: {error}")
    classes = [one for one in classes if one.tests]
    title = str(document.get("info", {}).get("title", ""))
    text = _rendered(title, left_out, "\n\n".join(one.text() for one in classes))
    return GeneratedTests(text, sum(len(one.tests) for one in classes), tuple(left_out))


def _rendered(title: str, left_out: list[str], bodies: str) -> str:
    """The whole file, with the imports and functions that its tests use."""
    lines = "".join(f"    {one}\n" for one in left_out)
    reasons = f"\nNot tested:\n{lines}" if lines else ""
    uses_unique, uses_without = "unique(" in bodies, "without(" in bodies
    imports = ["import secrets\n"] if uses_unique else []
    imports += ["from typing import Any\n"] if uses_without or "Any" in bodies else []
    return "".join(
        (
            _HEADER.format(title=_harmless(title), left_out=_harmless(reasons)),
            *imports,
            "\n" if imports else "",
            "from service_test_base import ServiceTestCase, main\n",
            _UNIQUE if uses_unique else "",
            _WITHOUT if uses_without else "",
            f'\n\n{bodies}\n\nif __name__ == "__main__":\n    main()\n',
        )
    )


def _harmless(text: str) -> str:
    """Text that cannot end the docstring that it stands in."""
    return re.sub(r'["\\]', "'", text)


def _health(path: str) -> TestClass:
    tests = TestClass("Health")
    tests.test(
        "it tells that it is well",
        f"response = self.service.get({expression(path)})",
        "self.assertEqual(response.status, 200, response.body)",
        'status = str(response.body.get("status", "ok")).lower()',
        'self.assertIn(status, ("ok", "healthy", "up", "pass", "alive"))',
    )
    return tests
