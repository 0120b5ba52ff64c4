"""A service's OpenAPI document, read in a process of its own, and the operations in it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provisioner.errors import ProvisionerError
from provisioner.feature.packages.environment import TOOL, Environment
from provisioner.files.temporary import private_folder
from provisioner.sandbox.base import Confinement, Limits, Sandbox
from provisioner.sandbox.output_file import read_output_file

Schema = Mapping[str, Any]

_METHODS = ("get", "post", "put", "patch", "delete")
_LARGEST = 5_000_000
_DEEPEST = 34
# Written to a file, since the service may print at its import.
_READ_OPENAPI = """\
import json, os, sys
sys.path.insert(0, os.getcwd())
import service
document = json.dumps(service.app.openapi())
with open(sys.argv[1], "w", encoding="utf-8") as file:
    file.write(document)
"""


class ServiceUnreadable(ProvisionerError):
    """service.py cannot be imported, or has no `app` with an OpenAPI."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter; ``place`` is "path", "query", "header" or "cookie"."""

    name: str
    place: str
    schema: Schema
    required: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path, references resolved.

    Attributes:
        path: with its parameters in braces, ``/orders/{order_id}``.
        body: the JSON body's schema, None where it takes none.
        status: the declared status of success.
        response: the schema of that answer, None where it has no JSON.
        untestable: why no test can be made from the description alone, "" where one can.
    """

    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body: Schema | None
    status: int
    response: Schema | None
    untestable: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def path_parameters(self) -> list[Parameter]:
        return [one for one in self.parameters if one.place == "path"]

    @property
    def query(self) -> list[Parameter]:
        return [one for one in self.parameters if one.place == "query"]

    @property
    def requires_query(self) -> bool:
        return any(parameter.required for parameter in self.query)


async def read_openapi(
    folder: Path, *, sandbox: Sandbox, environment: Environment = TOOL, timeout: float = 60.0
) -> Mapping[str, Any]:
    """Import ``service:app`` in the sandbox and return its OpenAPI document, which has paths."""
    with private_folder("openapi") as private:
        target = Path(private) / "openapi.json"
        outcome = await sandbox.run(
            [environment.python, "-I", "-B", "-c", _READ_OPENAPI, str(target)],
            Confinement(
                limits=Limits(wall_seconds=timeout, cpu_seconds=math.ceil(timeout)),
                folder=Path(private),
                readable=(folder, *environment.readable),
                environment={"HOME": "/nonexistent"},
                cwd=folder,
            ),
        )
        lines = "\n".join((outcome.stdout, outcome.stderr)).splitlines()
        if outcome.exit_code != 0:
            why = f"cannot be read: {[f'exit code {outcome.exit_code}', *lines][-1]}"
        else:
            try:
                document: Mapping[str, Any] = json.loads(read_output_file(target, _LARGEST))
                if isinstance(document["paths"], dict):
                    return document
                why = "gave no OpenAPI with paths"
            except (OSError, ValueError, TypeError, KeyError) as error:
                why = f"gave no OpenAPI: {error}"
    raise ServiceUnreadable(
        f"service.py in {folder} {why}",
        evidence=lines[-8:],
        next_step="it must be importable and have a FastAPI object named app",
    )


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """List every operation, in the order of the document."""
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                shared = [*item.get("parameters", []), *item[method].get("parameters", [])]
                described = _resolved({**item[method], "parameters": shared}, document)
                yield _operation(method.upper(), path, described, bool(document.get("security")))


def _operation(method: str, path: str, described: Mapping[str, Any], secured: bool) -> Operation:
    parameters = tuple(
        Parameter(one["name"], one["in"], one.get("schema", {}), bool(one.get("required")))
        for one in described["parameters"]
    )
    content = described.get("requestBody", {}).get("content", {})
    untestable = ""
    if secured or described.get("security"):
        untestable = "it asks for credentials"
    elif content and "application/json" not in content:
        untestable = f"it takes {next(iter(content))}"
    elif any(one.place in ("header", "cookie") and one.required for one in parameters):
        untestable = "it asks for a header or a cookie"
    responses = described.get("responses", {})
    succeeding = (one for one in responses if one.isdigit() and 200 <= int(one) < 300)
    status = next(succeeding, "200")
    body = _json_schema(content)
    answer = _json_schema(responses.get(status, {}).get("content", {}))
    return Operation(method, path, parameters, body, int(status), answer, untestable)


def _json_schema(content: Mapping[str, Any]) -> Schema | None:
    schema = content.get("application/json", {"schema": None}).get("schema", {})
    return schema if isinstance(schema, dict) else None


def _resolved(node: Any, document: Mapping[str, Any], depth: int = 0) -> Any:
    """``node`` with its references followed; a schema that holds itself ends as "anything"."""
    if depth > _DEEPEST:
        return {}
    if isinstance(node, list):
        return [_resolved(one, document, depth + 1) for one in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/"):
        found: Any = document
        for key in reference[2:].split("/"):
            found = found.get(key, {}) if isinstance(found, dict) else {}
        return _resolved(found, document, depth + 4)
    return {key: _resolved(value, document, depth + 1) for key, value in node.items()}
