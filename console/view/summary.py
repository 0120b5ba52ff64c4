"""The summary of a run, and the JSON result of a run that never began."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from console.view.pasted import going_on, tried_lines, workspace_words
from graph.errors import ErrorReport
from graph.result import DeploymentResult, Ending, seen_red
from graph.state import initial_state
from ledger.text.counted import counted
from ledger.text.program import program
from ledger.usage import RunUsage, Sums

_WRITTEN_BY = {
    "generate_tests": "test.py",
    "generate_main": "main.py",
    "generate_service": "service.py",
}


def summary_lines(result: DeploymentResult, workspace: Path) -> Iterator[str]:
    """The lines after a run."""
    yield ""
    yield f"{result.record['feature']}: {result.status} (run {result.run_id})"
    for label, text in _rows(result.record, workspace):
        if text:
            yield f"  {label:8} {text}"


def _rows(report: Mapping[str, Any], workspace: Path) -> Iterator[tuple[str, str]]:
    folder = workspace / "behaviors" / report["feature"]
    yield "files", str(folder) if folder.is_dir() else ""
    for number, line in enumerate(report["reading"]):
        yield "" if number else "read as", line
    yield "tests", _tests(report["tests"])
    yield "mutation", (report["tests"]["mutation"] or {}).get("words", "")
    steps = report["steps"]
    yield "kept", ", ".join(report["kept"])
    kept = {step for step, file in _WRITTEN_BY.items() if file in report["kept"]}
    written = [one for one in steps if one["name"] in _WRITTEN_BY.keys() - kept and one["attempts"]]
    yield "rounds", ", ".join(f"{one['name']} {one['attempts']}" for one in written)
    left_out = [one for one in steps if one["status"] == "skipped"]
    yield "skipped", ", ".join(one["name"] for one in left_out if not one.get("reason"))
    for one in left_out:
        yield "skipped", f"{one['name']}: {one['reason']}" if one.get("reason") else ""
    yield "packages", ", ".join(report["packages"])
    for remark in report["remarks"]:
        yield "remark", remark.removeprefix("- ")
    if report["commit"]:
        yield "commit", f"{report['commit']}{', pushed' if report['pushed'] else ''}"
    yield "model", report["model"] or "none answered"
    yield "usage", _usage(report["usage"])
    yield "time", f"{report['seconds']:.1f} s"
    where = workspace_words(workspace)
    url = report["url"]
    if report["running"]:
        yield "url", url
        yield "try", f"curl {url}/health"
        yield "stop", f"{report['stop']}{where}"
    elif url:
        ended = "answered; it was stopped (--keep leaves it running)"
        yield "url", f"{url} {'was not healthy' if report['status'] == 'failed' else ended}"
    yield from _ending(report, workspace)


def _tests(tests: Mapping[str, Any]) -> str:
    if not tests["verdict"]:
        return ""
    return (
        f"{tests['verdict']}: {tests['passed']} of {tests['collected']} passed, "
        f"{counted(tests['assertions'], 'assertion')}{seen_red(tests['seen_red'])}, "
        f"sandbox {tests['sandbox']}"
    )


def _usage(usage: Mapping[str, Any]) -> str:
    cost = f"${usage['usd']:.4f}"
    if usage["unpriced"]:
        unknown = f"the price of {counted(usage['unpriced'], 'call')} is unknown"
        cost = f"{cost}, and {unknown}" if usage["usd"] else unknown
    tokens = f"{usage['input_tokens']:,} + {usage['output_tokens']:,} tokens"
    return f"{counted(usage['calls'], 'call')}, {tokens}, {cost}"


def _ending(report: Mapping[str, Any], workspace: Path) -> Iterator[tuple[str, str]]:
    error, status, run_id = report["error"], report["status"], report["run_id"]
    if error is None:
        yield "next", f"{program()} show {run_id}{workspace_words(workspace)}"
        return
    label = "stopped" if status == "interrupted" else status
    yield label, f"{error['type']}: {error['summary']}"
    for line in error["evidence"]:
        yield "", f"| {line}"
    for number, line in enumerate(tried_lines(report)):
        yield "" if number else "tried", line
    yield "advice", report["suggestion"] or ""
    yield "next", error["next"]
    label = "again" if status == "failed" else "resume"
    yield label, going_on(status, report["feature"], run_id, workspace)


def empty_result(report: ErrorReport, options: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a run that never began, in the contract's shape."""
    result = DeploymentResult.of_state(
        initial_state(run_id="", feature="", mode="", plan=[], keep=[]),
        Ending("interrupted" if report.exit_code > 128 else "failed", report),
        usage=RunUsage(Sums(), (), ()).as_json(),
    )
    named = {"run_id": None, "feature": options.get("feature"), "mode": options.get("mode")}
    return {**result.record, **named}
