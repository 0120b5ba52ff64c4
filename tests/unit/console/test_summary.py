"""What a person reads at the end of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from console.view.summary import empty_result, summary_lines
from graph.errors import ErrorReport
from graph.result import DeploymentResult, Ending, Status
from graph.state import DeploymentState, MutationProof, Proof, StepResult, initial_state
from ledger.text.program import program

RUN = "20261121-000000-x7k2"
USAGE = {
    "calls": 3,
    "input_tokens": 1200,
    "output_tokens": 340,
    "usd": 0.0125,
    "unpriced": 0,
    "by_provider": {"openai": {"calls": 3}},
}


def state(**changes: Any) -> DeploymentState:
    first = initial_state(run_id=RUN, feature="orders", mode="CODE", plan=[], keep=[])
    return {**first, **changes}  # type: ignore[typeddict-item]  # keys are what the test says


def lines(
    status: Status,
    expected: DeploymentState,
    error: ErrorReport | None = None,
    *,
    running: bool = False,
    workspace: Path | None = None,
) -> list[str]:
    ending = Ending(status, error)
    result = DeploymentResult.of_state(expected, ending, usage=USAGE, running=running)
    return list(summary_lines(result, workspace or Path.cwd()))


def test_a_run_that_is_done_tells_the_proof_the_commit_and_the_next_command() -> None:
    shown = lines(
        "done",
        state(
            proof=Proof(
                verdict="green",
                collected=7,
                passed=7,
                assertions=21,
                isolation="shared",
                sandbox="bwrap",
            ),
            red=7,
            commit="a" * 40,
            pushed=True,
            steps={
                "generate_main": StepResult(status="done", attempts=2, seconds=1.0),
                "deploy": StepResult(status="skipped", attempts=0, seconds=0.0),
            },
        ),
    )
    assert shown[1] == f"orders: done (run {RUN})"
    text = "\n".join(shown)
    for part in (
        "green: 7 of 7 passed, 21 assertions, 7 seen red first, sandbox bwrap",
        "generate_main 2",
        "skipped  deploy",
        f"{'a' * 40}, pushed",
        "3 calls, 1,200 + 340 tokens, $0.0125",
        f"{program()} show {RUN}",
    ):
        assert part in text
    assert "failed" not in text
    assert "  time     0.0 s" in shown


def test_files_that_were_kept_are_named_and_count_no_round() -> None:
    done = StepResult(status="done", attempts=1, seconds=1.0)
    kept = state(
        keep=["test.py", "main.py"],
        steps={"generate_tests": done, "generate_main": done, "generate_service": done},
    )
    shown = lines("done", kept)
    assert "  kept     test.py, main.py" in shown
    assert "  rounds   generate_service 1" in shown


def test_a_price_that_nobody_knows_is_not_nothing() -> None:
    usage = {**USAGE, "calls": 1, "usd": 0.0, "unpriced": 1}
    result = DeploymentResult.of_state(state(), Ending("done"), usage=usage, model="openai qwen")
    shown = list(summary_lines(result, Path.cwd()))
    assert "  model    openai qwen" in shown
    assert "  usage    1 call, 1,200 + 340 tokens, the price of 1 call is unknown" in shown


def test_a_failed_run_tells_the_evidence_and_how_to_go_on_from_it() -> None:
    fault = ErrorReport("test_failed", "main.py is not green", ("test_one: 1 != 2",), "mend it")
    shown = lines("failed", state(suggestion="Look at test_one."), fault)
    assert shown[-5:] == [
        "  failed   test_failed: main.py is not green",
        "           | test_one: 1 != 2",
        "  advice   Look at test_one.",
        "  next     mend it",
        f"  again    {program()} --feature orders --recovery-mode",
    ]
    assert not any(line.startswith("  commit") for line in shown)


def test_remarks_are_shown_and_the_score_says_what_it_counts() -> None:
    words = "score 0.80: tests notice 20 of 25 mutants"
    mutation = MutationProof(
        words=words,
        score=0.8,
        killed=33,
        total=38,
        sampled=False,
        survivors=[],
        lines="9/9",
        branches="2/2",
        coverage_unknown="",
    )
    remark = "- main.py:3 (minor, quality): a name says little"
    shown = lines("done", state(mutation=mutation, remarks=[remark]))
    assert f"  mutation {words}" in shown
    assert "  remark   main.py:3 (minor, quality): a name says little" in shown


def test_only_a_folder_that_is_there_is_named(tmp_path: Path) -> None:
    shown = lines("paused", state(), ErrorReport("NoProviderAvailable", "none"), workspace=tmp_path)
    assert not any(line.startswith("  files") for line in shown)
    (tmp_path / "behaviors" / "orders").mkdir(parents=True)
    shown = lines("failed", state(), ErrorReport("test_failed", "red"), workspace=tmp_path)
    assert f"  files    {tmp_path / 'behaviors' / 'orders'}" in shown


def test_a_paused_run_is_not_called_failed() -> None:
    shown = lines("paused", state(), ErrorReport("ApprovalNeeded", "may it?"))
    assert "  paused   ApprovalNeeded: may it?" in shown
    assert "failed" not in "\n".join(shown)


def test_a_paused_and_an_interrupted_run_tell_the_command_that_goes_on() -> None:
    for status in ("paused", "interrupted"):
        shown = lines(status, state(), ErrorReport("ApprovalNeeded", "may it?"))  # type: ignore[arg-type]  # both are a Status
        assert shown[1] == f"orders: {status} (run {RUN})"
        assert shown[-1] == f"  resume   {program()} resume {RUN}"


def test_a_command_names_the_workspace_where_it_is_not_the_current_folder(tmp_path: Path) -> None:
    place = tmp_path / "my repository"
    shown = lines("failed", state(), ErrorReport("test_failed", "red"), workspace=place)
    assert shown[-1].endswith(f"--recovery-mode --workspace '{place}'")


def test_a_service_that_runs_says_how_to_try_and_to_stop_it() -> None:
    url = "http://127.0.0.1:8123"
    deployment = {"mode": "SERVICE", "id": "orders-1-8123", "url": url, "revision": "1"}
    running = "\n".join(lines("done", state(deployment=deployment), running=True))
    assert f"curl {url}/health" in running
    assert f"{program()} stop {RUN}" in running
    stopped = "\n".join(lines("done", state(deployment=deployment)))
    assert "it was stopped" in stopped
    assert "curl" not in stopped
    unwell = ErrorReport("provision_failed", "it ended")
    assert f"{url} was not healthy" in "\n".join(
        lines("failed", state(deployment=deployment), unwell)
    )


def test_a_run_that_never_began_has_a_result_of_the_same_shape() -> None:
    report = ErrorReport("ConfigError", "it is wrong", ("line 3",), "mend it", exit_code=2)
    ran = DeploymentResult.of_state(state(), Ending("done"), usage=USAGE).record
    empty = empty_result(report, {"feature": "orders", "mode": "CODE"})
    assert empty.keys() == ran.keys()
    assert empty["tests"].keys() == ran["tests"].keys()
    assert empty["usage"].keys() >= USAGE.keys()
    assert empty["usage"]["calls"] == empty["usage"]["usd"] == 0
    assert (empty["status"], empty["mode"], empty["run_id"]) == ("failed", "CODE", None)
    assert empty["error"] == {
        "type": "ConfigError",
        "summary": "it is wrong",
        "evidence": ["line 3"],
        "next": "mend it",
    }
    stopped = ErrorReport("Stopped", "stopped", (), "", exit_code=130)
    assert empty_result(stopped, {})["status"] == "interrupted"
