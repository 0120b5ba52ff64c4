"""The summary of a run, and the JSON result of a run that never began."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from graph.errors import ErrorReport
from graph.run.result import DeploymentResult, seen_red
from ledger.text.counted import counted
from ledger.text.program import program

# The label of a run's error, by its status.
_ENDED = {"failed": "failed", "paused": "paused", "interrupted": "stopped", "done": "done"}


def summary_lines(result: DeploymentResult, workspace: Path) -> Iterator[str]:
    """The lines after a run."""
    report = result.record
    feature, tests, usage = report["feature"], report["tests"], report["usage"]
    yield ""
    yield f"{feature}: {result.status} (run {report['run_id']})"
    folder = workspace / "behaviors" / feature
    if folder.is_dir():
        yield f"  files    {folder}"
    for number, line in enumerate(report["reading"]):
        yield f"  {'' if number else 'read as':8} {line}"
    if tests["verdict"]:
        yield (
            f"  tests    {tests['verdict']}: {tests['passed']} of {tests['collected']} passed, "
            f"{counted(tests['assertions'], 'assertion')}"
            f"{seen_red(tests['seen_red'])}, sandbox {tests['sandbox']}"
        )
    if tests["mutation"] and "words" in tests["mutation"]:
        yield f"  mutation {tests['mutation']['words']}"
    rounds = ", ".join(
        f"{step['name']} {step['attempts']}"
        for step in report["steps"]
        if step["name"].startswith("generate_") and step["attempts"]
    )
    if rounds:
        yield f"  rounds   {rounds}"
    skipped = ", ".join(step["name"] for step in report["steps"] if step["status"] == "skipped")
    if skipped:
        yield f"  skipped  {skipped}"
    for remark in report["remarks"]:
        yield f"  remark   {remark.removeprefix('- ')}"
    if report["commit"]:
        yield f"  commit   {report['commit']}{', pushed' if report['pushed'] else ''}"
    yield f"  model    {report['model'] or 'none answered'}"
    yield (
        f"  usage    {counted(usage['calls'], 'call')}, {usage['input_tokens']:,} + "
        f"{usage['output_tokens']:,} tokens, {_cost(usage)}"
    )
    yield f"  time     {report['seconds']:.1f} s"
    where = "" if workspace == Path.cwd() else f" --workspace {shlex.quote(str(workspace))}"
    yield from _service(report, where)
    yield from _failure(result, report, where)


def _cost(usage: Mapping[str, Any]) -> str:
    """The cost, with the number of calls whose price is unknown."""
    if not usage["unpriced"]:
        return f"${usage['usd']:.4f}"
    unknown = f"the price of {counted(usage['unpriced'], 'call')} is unknown"
    return f"${usage['usd']:.4f}, and {unknown}" if usage["usd"] else unknown


def _service(report: Mapping[str, Any], where: str) -> Iterator[str]:
    if not report["url"]:
        return
    if report["running"]:
        yield f"  url      {report['url']}"
        yield f"  try      curl {report['url']}/health"
        yield f"  stop     {report['stop']}{where}"
    else:
        yield f"  url      {report['url']} answered; it was stopped (--keep leaves it running)"


def _failure(result: DeploymentResult, report: Mapping[str, Any], where: str) -> Iterator[str]:
    if result.error is None:
        yield f"  next     {program()} show {report['run_id']}{where}"
        return
    yield f"  {_ENDED[result.status]:8} {result.error.type}: {result.error.summary}"
    for line in result.error.evidence:
        yield f"           | {line}"
    if report["suggestion"]:
        yield f"  advice   {report['suggestion']}"
    if result.error.next:
        yield f"  next     {result.error.next}"
    if result.status == "failed":
        yield f"  again    {program()} --feature {report['feature']} --recovery-mode{where}"
    else:
        yield f"  resume   {program()} resume {report['run_id']}{where}"


def empty_result(report: ErrorReport, options: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a run that never began, in the contract's shape."""
    return {
        "schema": 1,
        "run_id": None,
        "feature": options.get("feature"),
        "mode": options["mode"].upper() if "mode" in options else None,
        "status": "interrupted" if report.exit_code > 128 else "failed",
        "steps": [],
        "tests": {
            "verdict": None,
            "collected": 0,
            "passed": 0,
            "assertions": 0,
            "mutation_score": None,
        },
        "deployment": None,
        "commit": None,
        "pushed": False,
        "url": None,
        "usage": {
            "calls": 0,
            "input_tokens": 0,
            "output_tokens": 0,
            "usd": 0.0,
            "unpriced": 0,
            "by_provider": {},
        },
        "error": report.to_json(),
    }
