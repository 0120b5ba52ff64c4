"""A service's OpenAPI document, read in a process of its own, and the operations in it."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provisioner.errors import ProvisionerError
from provisioner.files.temporary import private_folder
from provisioner.sandbox.base import Confinement, Limits, Sandbox
from provisioner.sandbox.output_file import read_output_file

Schema = Mapping[str, Any]

_METHODS = ("get", "post", "put", "patch", "delete")
_LARGEST = 5_000_000
_DEEPEST = 8
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
    """A parameter of the path or of the query."""

    name: str
    schema: Schema
    required: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path, references resolved.

    Attributes:
        method: upper case.
        path: with its parameters in braces, ``/orders/{order_id}``.
        body: the JSON body's schema, None where it takes none.
        status: the declared status of success.
        response: the schema of that answer, None where it has no JSON.
        untestable: why no test can be made from the description alone, "" where one can.
    """

    method: str
    path: str
    path_parameters: tuple[Parameter, ...]
    query: tuple[Parameter, ...]
    body: Schema | None
    status: int
    response: Schema | None
    untestable: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


async def read_openapi(
    folder: Path, *, sandbox: Sandbox, timeout: float = 60.0
) -> Mapping[str, Any]:
    """Import ``service:app`` in the sandbox and return its OpenAPI document.

    Raises:
        ServiceUnreadable: it cannot be imported in time, or makes no OpenAPI.
    """
    with private_folder("openapi") as private:
        target = Path(private) / "openapi.json"
        outcome = await sandbox.run(
            [sys.executable, "-I", "-B", "-c", _READ_OPENAPI, str(target)],
            Confinement(
                limits=Limits(wall_seconds=timeout, cpu_seconds=math.ceil(timeout)),
                folder=Path(private),
                readable=(folder,),
                environment={"HOME": "/nonexistent"},
                cwd=folder,
            ),
        )
        lines = "\n".join((outcome.stdout, outcome.stderr)).splitlines()
        if outcome.exit_code != 0:
            why = lines[-1] if lines else f"exit code {outcome.exit_code}"
            raise ServiceUnreadable(
                f"service.py in {folder} cannot be read: {why}",
                evidence=lines[-8:],
                next_step="it must be importable and have a FastAPI object named app",
            )
        try:
            document = json.loads(read_output_file(target, _LARGEST))
        except (OSError, ValueError) as error:
            raise ServiceUnreadable(
                f"service.py in {folder} gave no OpenAPI: {error}", evidence=lines[-8:]
            ) from error
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise ServiceUnreadable(f"service.py in {folder} gave no OpenAPI with paths")
    return document


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """List every operation, in the order of the document."""
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield _operation(document, method, path, item)


def _operation(
    document: Mapping[str, Any], method: str, path: str, item: Mapping[str, Any]
) -> Operation:
    described = item[method]
    parameters = [
        _resolved(one, document)
        for one in [*item.get("parameters", []), *described.get("parameters", [])]
    ]
    content = _resolved(described.get("requestBody", {}), document).get("content", {})
    status, answer = _success(described.get("responses", {}))
    untestable = ""
    if described.get("security") or document.get("security"):
        untestable = "it asks for credentials"
    elif content and "application/json" not in content:
        untestable = f"it takes {next(iter(content))}"
    elif any(one["in"] in ("header", "cookie") and one.get("required") for one in parameters):
        untestable = "it asks for a header or a cookie"
    return Operation(
        method=method.upper(),
        path=path,
        path_parameters=_parameters(parameters, "path"),
        query=_parameters(parameters, "query"),
        body=_json_schema(content, document),
        status=status,
        response=_json_schema(_resolved(answer, document).get("content", {}), document),
        untestable=untestable,
    )


def _parameters(described: list[dict[str, Any]], place: str) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(one["name"], one.get("schema", {}), bool(one.get("required")))
        for one in described
        if one["in"] == place
    )


def _success(responses: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
    for status, answer in responses.items():
        if status.isdigit() and 200 <= int(status) < 300:
            return int(status), answer
    return 200, {}


def _json_schema(content: Mapping[str, Any], document: Mapping[str, Any]) -> Schema | None:
    if "application/json" not in content:
        return None
    schema = _resolved(content["application/json"].get("schema", {}), document)
    return schema if isinstance(schema, dict) else None


def _resolved(node: Any, document: Mapping[str, Any], depth: int = 0) -> Any:
    """``node`` with its references followed; a schema that holds itself ends as "anything"."""
    if depth > _DEEPEST * 4:
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
