"""The result of a run: what `--json` prints, and the exit code that goes with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from assistant.cost.pricing import OFFLINE
from assistant.providers.factory import OFFLINE_MODEL
from graph.errors import DONE, FAILED
from graph.state import DeploymentState, MutationProof, ReplacedTests
from ledger.text.program import program
from ledger.usage import ModelSums
from provisioner.modes.base import PlainDeployment

Status = Literal["done", "failed", "paused", "interrupted"]


def seen_red(red: int) -> str:
    """The number of tests that failed first, as a part of a line; "" for tests that were kept."""
    return f", {red} seen red first" if red else ""


@dataclass(frozen=True, slots=True)
class RunError:
    """The ``error`` object of the result."""

    type: str
    summary: str
    evidence: tuple[str, ...] = ()
    next: str = ""

    @classmethod
    def of_json(cls, record: Mapping[str, Any]) -> RunError:
        """Read what `to_json` wrote."""
        return cls(record["type"], record["summary"], tuple(record["evidence"]), record["next"])


def answered_by(by_model: Sequence[ModelSums], answers: str) -> str:
    """The models that answered, in one line: ``openai gpt-6.1-terra``."""
    return ", ".join(
        (answers if answers.startswith(OFFLINE_MODEL) else OFFLINE_MODEL)
        if one.provider == OFFLINE
        else f"{one.provider} {one.model}"
        for one in by_model
    )


@dataclass(frozen=True, slots=True)
class StepResult:
    """How one step ended, over all its attempts."""

    name: str
    status: str
    attempts: int
    seconds: float


@dataclass(frozen=True, slots=True)
class TestsResult:
    """The judge's last verdict on main.py, and the mutation score.

    Attributes:
        isolation: whether tests and code were separate processes; None where nothing was judged.
        seen_red: tests that were seen to fail against a stub.
        test_fixes: frozen tests that were replaced on a diagnosis.
    """

    __test__ = False  # pytest takes classes named Test… for tests

    verdict: str | None
    collected: int
    passed: int
    assertions: int
    mutation_score: float | None
    isolation: str | None
    seen_red: int
    mutation: MutationProof | None
    test_fixes: list[ReplacedTests]
    sandbox: str | None


@dataclass(frozen=True, slots=True)
class DeploymentResult:
    """How a run ended: stored in the ledger, printed by --json, shown as a summary.

    Attributes:
        exit_code: of the contract; the one field that is no key of the JSON object.
        usage: calls, tokens, US dollars and calls by provider, from the ledger.
        running: whether the deployment was left running.
        stop: the command that ends it.
        kept: generated files that this run left as they were.
        model: which models answered, in one line for a person; "" where none did.
        seconds: wall-clock time from the command to this end; of a run that was resumed, since
            then.
        reading: what the offline model read in the requirements, where it was the one to write.
    """

    exit_code: int
    run_id: str
    feature: str
    mode: str
    status: Status
    steps: tuple[StepResult, ...]
    tests: TestsResult
    deployment: PlainDeployment | None
    commit: str | None
    pushed: bool
    url: str | None
    usage: Mapping[str, Any]
    error: RunError | None
    running: bool
    stop: str | None
    files: Mapping[str, str]
    kept: tuple[str, ...]
    remarks: tuple[str, ...]
    suggestion: str | None
    model: str
    seconds: float
    reading: tuple[str, ...]

    @classmethod
    def of_state(
        cls,
        state: DeploymentState,
        *,
        status: Status,
        exit_code: int,
        usage: Mapping[str, Any],
        error: RunError | None = None,
        running: bool = False,
        model: str = "",
        seconds: float = 0.0,
        reading: tuple[str, ...] = (),
    ) -> DeploymentResult:
        """The result of a run that reached a state."""
        proof, mutation, deployment = state["proof"], state["mutation"], state["deployment"]
        return cls(
            exit_code=exit_code,
            run_id=state["run_id"],
            feature=state["feature"],
            mode=state["mode"],
            status=status,
            steps=tuple(StepResult(name=name, **step) for name, step in state["steps"].items()),
            tests=TestsResult(
                verdict=proof["verdict"] or None,
                collected=proof["collected"],
                passed=proof["passed"],
                assertions=proof["assertions"],
                mutation_score=mutation["score"] if mutation else None,
                isolation=proof["isolation"] or None,
                seen_red=state["red"],
                mutation=mutation,
                test_fixes=state["test_fixes"],
                sandbox=proof["sandbox"] or None,
            ),
            deployment=deployment,
            commit=state["commit"] or None,
            pushed=state["pushed"],
            url=deployment["url"] if deployment else None,
            usage=usage,
            error=error,
            running=running,
            stop=f"{program()} stop {state['run_id']}" if running else None,
            files=state["files"],
            kept=tuple(state["keep"]),
            remarks=tuple(state["remarks"]),
            suggestion=state["suggestion"] or None,
            model=model,
            seconds=seconds,
            reading=reading,
        )

    @classmethod
    def of_json(cls, record: Mapping[str, Any]) -> DeploymentResult:
        """The result of a run that ended, as the ledger holds it."""
        values = {key: value for key, value in record.items() if key != "schema"}
        values["exit_code"] = DONE if record["status"] == "done" else FAILED
        values["steps"] = tuple(StepResult(**step) for step in record["steps"])
        values["tests"] = TestsResult(**record["tests"])
        values["error"] = RunError.of_json(record["error"]) if record["error"] else None
        for name in ("kept", "remarks", "reading"):
            values[name] = tuple(record[name])
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """The object of contract/CLI.md, with the keys that this tool adds at its end."""
        record = asdict(self)
        del record["exit_code"]
        return {"schema": 1, **record}
