"""The result of a run: what `--json` prints, and the exit code that goes with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.cost.pricing import OFFLINE
from assistant.providers.factory import OFFLINE_MODEL
from graph.errors import DONE, ErrorReport
from graph.state import DeploymentState
from ledger.connection import Row
from ledger.text.program import program

Status = Literal["done", "failed", "paused", "interrupted"]


def seen_red(red: int) -> str:
    """The number of tests that failed first, as a part of a line; "" for tests that were kept."""
    return f", {red} seen red first" if red else ""


def _tried(state: DeploymentState) -> Iterator[str]:
    """What was done about failures, a line each, and why nothing more is."""
    for one in state["tried"]:
        what = f" ({one['target']})" if one["target"] else ""
        cause = f"{one['step']}: {one['kind'].replace('_', ' ')}: {one['cause']}"
        yield f"{cause} → {one['action']}{what}, on at {one['on']}"
    if state["given_up"]:
        yield f"given up: {state['given_up']}"


def answered_by(models: Sequence[Row], answers: str) -> str:
    """The models that answered, in one line: ``openai gpt-6.1-terra``."""
    return ", ".join(
        (answers if answers.startswith(OFFLINE_MODEL) else OFFLINE_MODEL)
        if provider == OFFLINE
        else f"{provider} {model}"
        for provider, model in models
    )


@dataclass(frozen=True, slots=True)
class Ending:
    """How the workflow ended; the state is in the checkpoints."""

    status: Status
    error: ErrorReport | None = None


@dataclass(frozen=True, slots=True)
class DeploymentResult:
    """How a run ended.

    Attributes:
        record: the object of contract/CLI.md, with the keys that this tool adds at its end, as
            plain values: stored in the ledger and printed by --json.
    """

    run_id: str
    status: Status
    error: ErrorReport | None
    record: Mapping[str, Any]

    @classmethod
    def of_state(
        cls,
        state: DeploymentState,
        ending: Ending,
        *,
        usage: Mapping[str, Any],
        running: bool = False,
        model: str = "",
        seconds: float = 0.0,
        reading: Sequence[str] = (),
    ) -> DeploymentResult:
        """The result of a run that ended in a state.

        Args:
            running: whether the deployment was left running.
            model: which models answered, in one line for a person; "" where none did.
            seconds: from the command to this end; of a run that was resumed, since then.
        """
        proof, mutation, deployment = state["proof"], state["mutation"], state["deployment"]
        tests = {
            **{name: value if value != "" else None for name, value in proof.items()},
            "mutation_score": mutation["score"] if mutation else None,
            "seen_red": state["red"],
            "mutation": mutation,
            "test_fixes": state["test_fixes"],
        }
        record = {
            "schema": 1,
            "run_id": state["run_id"],
            "feature": state["feature"],
            "mode": state["mode"],
            "status": ending.status,
            "steps": [{"name": name, **step} for name, step in state["steps"].items()],
            "tests": tests,
            "deployment": deployment,
            "commit": state["commit"] or None,
            "pushed": state["pushed"],
            "url": deployment["url"] if deployment else None,
            "usage": usage,
            "error": ending.error.to_json() if ending.error else None,
            "running": running,
            "stop": f"{program()} stop {state['run_id']}" if running else None,
            "files": state["files"],
            "kept": state["keep"],
            "packages": state["installed"],
            "remarks": state["remarks"],
            "tried": list(_tried(state)),
            "suggestion": state["suggestion"] or None,
            "model": model,
            "seconds": seconds,
            "reading": list(reading),
        }
        return cls(state["run_id"], ending.status, ending.error, record)

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> DeploymentResult:
        """The result of a run that ended, as the ledger holds it."""
        error = record["error"]
        report = ErrorReport(**{**error, "evidence": tuple(error["evidence"])}) if error else None
        return cls(record["run_id"], record["status"], report, record)

    @property
    def exit_code(self) -> int:
        """Of the contract."""
        return self.error.exit_code if self.error else DONE
