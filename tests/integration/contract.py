"""What the command line's JSON is relied on for, as JSON Schema.

From contract/CLI.md. Keys that the tool adds beside these are allowed; keys that are missing or of
another type are not.
"""

from __future__ import annotations

from typing import Any

STEPS = ["done", "failed", "skipped"]
VERDICTS = ["green", "red", "vacuous", "hung", "crashed", "tampered"]
ISOLATIONS = ["separate", "shared"]
SANDBOXES = ["bwrap", "landlock", "docker", "seatbelt", "none"]


def record(**properties: Any) -> dict[str, Any]:
    """An object that has all of these."""
    return {"type": "object", "required": list(properties), "properties": properties}


def or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}
AMOUNT = {"type": "number", "minimum": 0}
SHARE = {"type": "number", "minimum": 0, "maximum": 1}

ERROR: dict[str, Any] = record(
    type={"type": "string", "minLength": 1},
    summary={"type": "string", "minLength": 1},
    evidence={"type": "array", "items": TEXT},
    next=TEXT,
)

RESULT: dict[str, Any] = record(
    schema={"const": 1},
    run_id=or_null({"type": "string", "minLength": 1}),
    feature=or_null(TEXT),
    mode=or_null({"enum": ["CODE", "SERVICE", "CONTAINER", "AZURE", "SSH"]}),
    status={"enum": ["done", "failed", "paused", "interrupted"]},
    steps={
        "type": "array",
        "items": record(name=TEXT, status={"enum": STEPS}, attempts=COUNT, seconds=AMOUNT),
    },
    tests=record(
        verdict=or_null({"enum": VERDICTS}),
        collected=COUNT,
        passed=COUNT,
        assertions=COUNT,
        mutation_score=or_null(SHARE),
        isolation=or_null({"enum": ISOLATIONS}),
    ),
    deployment=or_null(record(mode=TEXT, id=TEXT, url=TEXT, revision=TEXT)),
    commit=or_null({"type": "string", "pattern": "^[0-9a-f]{40}$"}),
    pushed={"type": "boolean"},
    url=or_null({"type": "string", "pattern": "^https?://"}),
    usage=record(
        calls=COUNT,
        input_tokens=COUNT,
        output_tokens=COUNT,
        usd=AMOUNT,
        by_provider={"type": "object"},
    ),
    error=or_null(ERROR),
)

CHECK: dict[str, Any] = record(
    schema={"const": 1},
    verdict={"enum": VERDICTS},
    collected=COUNT,
    passed=COUNT,
    failed=COUNT,
    assertions=COUNT,
    failures={"type": "array", "items": record(test=TEXT, message=TEXT)},
    mutation_score=or_null(SHARE),
    isolation=or_null({"enum": ISOLATIONS}),
    sandbox={"enum": SANDBOXES},
    seconds=AMOUNT,
)

ANALYSIS: dict[str, Any] = record(
    schema={"const": 1},
    error_type=TEXT,
    confidence=SHARE,
    root_cause=TEXT,
    fix_target=or_null(TEXT),
    action=record(type=TEXT, target=or_null(TEXT), parameters={"type": "array"}),
    infra={"type": "boolean"},
    evidence={"type": "array", "items": record(line=COUNT, text=TEXT)},
    rule=or_null(TEXT),
)
