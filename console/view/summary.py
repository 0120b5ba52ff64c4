"""What a person reads at the end: what was built, where, the proof, and the next command."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from console.view.errors import Told
from graph.run.result import RunResult


def summary_lines(result: RunResult, workspace: Path) -> Iterator[str]:
    """The lines after a run."""
    told = result.to_json()
    feature, tests, usage = told["feature"], told["tests"], told["usage"]
    yield ""
    yield f"{feature}: {result.status} (run {told['run_id']})"
    yield f"  files    {workspace / 'behaviors' / feature}"
    if tests["verdict"]:
        yield (
            f"  tests    {tests['verdict']}: {tests['passed']} of {tests['collected']} passed, "
            f"{tests['assertions']} assertions, {tests['seen_red']} seen red first, "
            f"sandbox {tests['sandbox']}"
        )
    rounds = ", ".join(
        f"{step['name']} {step['attempts']}"
        for step in told["steps"]
        if step["name"].startswith("generate_") and step["attempts"]
    )
    if rounds:
        yield f"  rounds   {rounds}"
    skipped = ", ".join(step["name"] for step in told["steps"] if step["status"] == "skipped")
    if skipped:
        yield f"  skipped  {skipped}"
    if told["commit"]:
        yield f"  commit   {told['commit']}{', pushed' if told['pushed'] else ''}"
    yield (
        f"  models   {usage['calls']} calls, {usage['input_tokens']:,} + "
        f"{usage['output_tokens']:,} tokens, ${usage['usd']:.4f}"
    )
    where = "" if workspace == Path.cwd() else f" --workspace {shlex.quote(str(workspace))}"
    yield from _service(told, where)
    yield from _failure(result, told, where)


def _service(told: Mapping[str, Any], where: str) -> Iterator[str]:
    if not told["url"]:
        return
    if told["service"]["running"]:
        yield f"  url      {told['url']}"
        yield f"  try      curl {told['url']}/health"
        yield f"  stop     {told['service']['stop']}{where}"
    else:
        yield f"  url      {told['url']} answered; it was stopped (--keep leaves it running)"


def _failure(result: RunResult, told: Mapping[str, Any], where: str) -> Iterator[str]:
    if result.error is None:
        yield f"  next     ai-assisted-deploy show {told['run_id']}{where}"
        return
    yield f"  failed   {result.error.type}: {result.error.summary}"
    for line in result.error.evidence:
        yield f"           | {line}"
    if told["suggestion"]:
        yield f"  advice   {told['suggestion']}"
    if result.error.next:
        yield f"  next     {result.error.next}"
    if result.status == "failed":
        yield f"  again    ai-assisted-deploy --feature {told['feature']} --recovery-mode{where}"
    else:
        yield f"  resume   ai-assisted-deploy resume {told['run_id']}{where}"


def empty_result(told: Told, options: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a run that never began, in the contract's shape."""
    return {
        "schema": 1,
        "run_id": None,
        "feature": options.get("feature"),
        "mode": options["mode"].upper() if "mode" in options else None,
        "status": "interrupted" if told.exit_code > 128 else "failed",
        "steps": [],
        "tests": {
            "verdict": None,
            "collected": 0,
            "passed": 0,
            "assertions": 0,
            "mutation_score": None,
        },
        "commit": None,
        "pushed": False,
        "url": None,
        "usage": {"calls": 0, "input_tokens": 0, "output_tokens": 0, "usd": 0.0, "by_provider": {}},
        "error": {
            "type": told.kind,
            "summary": told.summary,
            "evidence": list(told.evidence),
            "next": told.next,
        },
    }
