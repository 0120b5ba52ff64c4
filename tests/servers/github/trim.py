"""Cut GitHub's OpenAPI description down to the operations that this tool uses.

npm pack @octokit/openapi, then
python tests/servers/github/trim.py package/generated/api.github.com.json VERSION
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TRIMMED = Path(__file__).with_name("openapi.json")
REPOSITORY = "/repos/{owner}/{repo}"
USED = {
    "/actions/permissions": ["get"],
    "/actions/runs": ["get"],
    "/actions/runs/{run_id}/jobs": ["get"],
    "/actions/runs/{run_id}/pending_deployments": ["get"],
    "/actions/runs/{run_id}/attempts/{attempt_number}/logs": ["get"],
    "/actions/jobs/{job_id}/logs": ["get"],
    "/actions/workflows": ["get"],
    "/contents/{path}": ["get"],
    "/pulls": ["get", "post"],
    "/pulls/{pull_number}": ["patch"],
    "/issues/{issue_number}/comments": ["get", "post"],
    "/issues/comments/{comment_id}": ["patch"],
}
# Words for people; examples are half of the file.
_LEFT_OUT = ("description", "example", "examples", "externalDocs", "tags", "summary")
_NAMES = ("properties", "schemas", "parameters", "responses", "headers", "examples")


def trim(whole: dict[str, Any], version: str) -> dict[str, Any]:
    """The description of the operations in USED with the components that they refer to."""
    paths = {}
    for rest, methods in USED.items():
        item = whole["paths"][f"{REPOSITORY}{rest}"]
        paths[f"{REPOSITORY}{rest}"] = {method: _bare(item[method]) for method in methods}
    kept: dict[str, dict[str, Any]] = {}
    due = list(_references(paths))
    while due:
        kind, name = due.pop().removeprefix("#/components/").split("/")
        if name not in kept.setdefault(kind, {}):
            kept[kind][name] = _bare(whole["components"][kind][name])
            due += _references(kept[kind][name])
    components = {kind: dict(sorted(some.items())) for kind, some in sorted(kept.items())}
    info = {**whole["info"], "x-source": f"@octokit/openapi {version}, trimmed"}
    return {"openapi": whole["openapi"], "info": info, "paths": paths, "components": components}


def _bare(node: Any, names: bool = False) -> Any:
    """A copy without words for people; of a map of names every name stays."""
    if isinstance(node, list):
        return [_bare(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _bare(value, names=key in _NAMES and not names)
        for key, value in node.items()
        if names or (key not in _LEFT_OUT and not key.startswith("x-"))
    }


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for one in node:
            yield from _references(one)
    elif isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)


if __name__ == "__main__":
    source, version = sys.argv[1:]
    trimmed = trim(json.loads(Path(source).read_text("utf-8")), version)
    TRIMMED.write_text(json.dumps(trimmed, separators=(",", ":"), sort_keys=True) + "\n", "utf-8")
