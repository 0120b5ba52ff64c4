"""The result of a run: what `--json` prints, and the exit code that goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from graph.state import DeploymentState, Proof, initial_state
from ledger.text.program import program

Status = Literal["done", "failed", "paused", "interrupted"]

DONE, FAILED, USAGE, APPROVAL, NO_PROVIDER, BUDGET, HELD = range(7)


def seen_red(red: int) -> str:
    """How many tests were seen to fail first; nothing of tests that were kept as they were."""
    return f", {red} seen red first" if red else ""


@dataclass(frozen=True, slots=True)
class Fault:
    """The ``error`` object of the result."""

    type: str
    summary: str
    evidence: tuple[str, ...] = ()
    next: str = ""

    @classmethod
    def of_json(cls, record: Mapping[str, Any]) -> Fault:
        """The reverse of `to_json`."""
        return cls(record["type"], record["summary"], tuple(record["evidence"]), record["next"])

    def to_json(self) -> dict[str, Any]:
        return {
            "type": self.type,
            "summary": self.summary,
            "evidence": list(self.evidence),
            "next": self.next,
        }


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended.

    Attributes:
        state: the last state that was reached.
        usage: calls, tokens, US dollars and calls by provider, from the ledger.
        running: whether the service was left running.
        answered: which models answered, in one line for a person; "" where none did.
        seconds: wall-clock time from the command to this end; of a run that was resumed, since
            then.
    """

    status: Status
    exit_code: int
    state: DeploymentState
    usage: Mapping[str, Any]
    error: Fault | None = None
    running: bool = False
    answered: str = ""
    seconds: float = 0.0

    @classmethod
    def of_json(cls, record: Mapping[str, Any]) -> RunResult:
        """The result of a run that ended, from what was recorded of it; its state is what that
        tells of it."""
        tests, error = record["tests"], record["error"]
        state = initial_state(
            run_id=record["run_id"],
            feature=record["feature"],
            mode=record["mode"],
            plan=[step["name"] for step in record["steps"]],
            keep=record["kept"],
        )
        state["steps"] = {step.pop("name"): step for step in map(dict, record["steps"])}  # type: ignore[misc]  # a step's record is the rest of it
        state["proof"] = Proof(
            verdict=tests["verdict"] or "",
            collected=tests["collected"],
            passed=tests["passed"],
            assertions=tests["assertions"],
            sandbox=tests["sandbox"] or "",
        )
        state["mutation"] = tests["mutation"]
        state["red"], state["test_fixes"] = tests["seen_red"], tests["test_fixes"]
        state["commit"], state["pushed"] = record["commit"] or "", record["pushed"]
        state["deployment"] = record["deployment"]
        state["files"], state["remarks"] = record["files"], record["remarks"]
        state["suggestion"] = record["suggestion"] or ""
        return cls(
            status=record["status"],
            exit_code=DONE if record["status"] == "done" else FAILED,
            state=state,
            usage=record["usage"],
            error=Fault.of_json(error) if error else None,
            running=record["running"],
            answered=record["model"],
            seconds=record.get("seconds", 0.0),
        )

    def to_json(self) -> dict[str, Any]:
        """The object of contract/CLI.md, with the keys that this tool adds at its end."""
        state, proof, mutation = self.state, self.state["proof"], self.state["mutation"]
        return {
            "schema": 1,
            "run_id": state["run_id"],
            "feature": state["feature"],
            "mode": state["mode"],
            "status": self.status,
            "steps": [{"name": name, **record} for name, record in state["steps"].items()],
            "tests": {
                "verdict": proof["verdict"] or None,
                "collected": proof["collected"],
                "passed": proof["passed"],
                "assertions": proof["assertions"],
                "mutation_score": mutation["score"] if mutation else None,
                "seen_red": state["red"],
                "mutation": dict(mutation) if mutation else None,
                "test_fixes": [dict(fix) for fix in state["test_fixes"]],
                "sandbox": proof["sandbox"] or None,
            },
            "commit": state["commit"] or None,
            "pushed": state["pushed"],
            "deployment": state["deployment"],
            "url": state["deployment"]["url"] if state["deployment"] else None,
            "usage": dict(self.usage),
            "error": self.error.to_json() if self.error else None,
            "running": self.running,
            "stop": f"{program()} stop {state['run_id']}" if self.running else None,
            "seconds": self.seconds,
            "files": dict(state["files"]),
            "kept": list(state["keep"]),
            "remarks": list(state["remarks"]),
            "suggestion": state["suggestion"] or None,
            "model": self.answered,
        }
