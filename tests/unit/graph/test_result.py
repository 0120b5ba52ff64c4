"""The result of a run, in the shape that contract/CLI.md fixes."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from graph.errors import ErrorReport
from graph.result import DeploymentResult, Ending, Status
from graph.state import StepResult
from ledger.text.program import program
from tests.integration.contract import RESULT
from tests.unit.graph.samples import state

USAGE = {"calls": 5, "input_tokens": 8123, "output_tokens": 2100, "usd": 0.0184, "by_provider": {}}


def result_json(status: Status = "done", **changes: Any) -> dict[str, Any]:
    ending = Ending(status, changes.pop("error", None))
    running = changes.pop("running", False)
    result = DeploymentResult.of_state(state(**changes), ending, usage=USAGE, running=running)
    again: dict[str, Any] = json.loads(json.dumps(result.record))
    return again


def test_the_first_state_and_a_full_one_are_reported_in_the_contract_s_shape() -> None:
    jsonschema.validate(result_json(), RESULT)
    steps = {"scaffold": StepResult(status="done", attempts=1, seconds=0.1)}
    full = result_json(
        "failed",
        steps=steps,
        commit="0" * 40,
        url="http://127.0.0.1:1",
        error=ErrorReport("unknown", "it failed"),
    )
    jsonschema.validate(full, RESULT)
    assert result_json()["usage"] == USAGE


def test_steps_are_reported_in_the_order_in_which_they_were_entered() -> None:
    steps = {
        "scaffold": StepResult(status="done", attempts=1, seconds=0.1),
        "generate_tests": StepResult(status="done", attempts=2, seconds=1.9),
        "push": StepResult(status="skipped", attempts=0, seconds=0.0),
    }
    assert result_json(steps=steps)["steps"] == [
        {"name": "scaffold", "status": "done", "attempts": 1, "seconds": 0.1},
        {"name": "generate_tests", "status": "done", "attempts": 2, "seconds": 1.9},
        {"name": "push", "status": "skipped", "attempts": 0, "seconds": 0.0},
    ]


def test_what_there_is_not_is_null() -> None:
    empty = result_json()
    assert (empty["commit"], empty["url"], empty["error"]) == (None, None, None)
    assert empty["pushed"] is False
    assert empty["tests"]["verdict"] is None
    assert empty["tests"]["mutation_score"] is None


def test_the_proof_is_reported() -> None:
    proof = {"verdict": "green", "collected": 7, "passed": 7, "assertions": 21}
    proof |= {"isolation": "shared", "sandbox": "bwrap"}
    tests = result_json(proof=proof, red=7)["tests"]
    assert tests["verdict"] == "green"
    assert (tests["collected"], tests["passed"], tests["assertions"]) == (7, 7, 21)


def test_a_commit_and_its_push_are_reported() -> None:
    sha = "0123456789" * 4
    deployment = {"mode": "SERVICE", "id": "o-1", "url": "http://127.0.0.1:8000", "revision": sha}
    result = result_json(commit=sha, pushed=True, deployment=deployment)
    assert (result["commit"], result["pushed"]) == (sha, True)
    assert result["url"] == "http://127.0.0.1:8000"


@pytest.mark.parametrize("status", ["failed", "paused", "interrupted"])
def test_an_end_without_success_has_an_error_of_four_parts(status: Status) -> None:
    fault = ErrorReport("test_failed", "it is red", ("line 1", "line 2"), "mend it")
    assert result_json(status, error=fault)["error"] == {
        "type": "test_failed",
        "summary": "it is red",
        "evidence": ["line 1", "line 2"],
        "next": "mend it",
    }


def test_how_to_stop_a_service_that_was_left_running_is_reported() -> None:
    deployment = {"mode": "SERVICE", "id": "o-1", "url": "http://127.0.0.1:8000", "revision": "1"}
    kept = result_json(deployment=deployment, running=True)
    assert kept["running"] is True
    assert kept["deployment"] == deployment
    assert kept["stop"] == f"{program()} stop {state()['run_id']}"
    assert result_json(deployment=deployment)["stop"] is None
