"""States, judgements and orders to test with; every field can be said otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assistant.kinds import Kind
from graph.config.layers import resolve
from graph.failure import Failure
from graph.plan import STEPS
from graph.request import RunRequest
from graph.state import DeploymentState, initial_state
from provisioner.judge.verdict import Judgement, TestResult, Verdict


def state(**changes: Any) -> DeploymentState:
    """The state before the first step of a run with every step."""
    first = initial_state(
        run_id="20261121-004512-x7k2", feature="orders", mode="SERVICE", plan=list(STEPS), keep=[]
    )
    return {**first, **changes}  # type: ignore[typeddict-item]  # keys are what the test says


def failure(step: str = "generate_main", kind: Kind = "test_failed", **changes: Any) -> Failure:
    shown = Failure(
        step=step, kind=kind, summary="it failed", evidence=[], detail="", signature="s", next=""
    )
    return {**shown, **changes}  # type: ignore[typeddict-item]  # keys are what the test says


def failed(name: str, message: str, error_type: str = "AssertionError") -> TestResult:
    return TestResult(name, "failed", error_type, message, 1)


def passed(name: str) -> TestResult:
    return TestResult(name, "passed", assertions=1)


def judgement(*tests: TestResult, verdict: Verdict = "red", **changes: Any) -> Judgement:
    fields: dict[str, Any] = {
        "assertions": sum(test.assertions for test in tests),
        "reason": "" if verdict == "green" else "tests did not pass",
        "fault": "",
        "sandbox": "bwrap",
        "seconds": 0.1,
    }
    return Judgement(verdict=verdict, tests=tests, **{**fields, **changes})


def request(workspace: Path, **changes: Any) -> RunRequest:
    """An order in CODE mode; `flags` are settings by key path."""
    flags = {"deployment.provision_mode": "CODE", **changes.pop("flags", {})}
    settings = resolve(file=None, environ={}, flags=flags).settings
    fields: dict[str, Any] = {"requirements": "add(a, b) gives the sum.", **changes}
    return RunRequest(feature="orders", workspace=workspace, settings=settings, **fields)
