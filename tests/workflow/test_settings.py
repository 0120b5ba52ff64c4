"""Every key of the deployment changes what a run does: each with both of its values."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

import pytest
from langgraph.runtime import Runtime

from assistant.request import Answer
from assistant.schemas import Function
from graph.config.layers import resolve
from graph.config.models import DeploymentConfig, DeploymentSettings, GithubSettings
from graph.deps import Deps
from graph.errors import ConfigError, FeatureExists
from graph.failure import Diagnosis, Failure, Tried
from graph.nodes.recover import recover
from graph.plan import planned_steps
from graph.state import DeploymentState, initial_state
from ledger.calls import TokenUsage
from tests.workflow.scripted import Runner, steps
from tests.workflow.test_code_runs import RIGHT, TESTS, WRONG, script

QUICK = {"quality.mutation": "off", "quality.review": "off", "quality.samples": 0}


def said(**deployment: Any) -> dict[str, Any]:
    return {**QUICK, **{f"deployment.{key}": value for key, value in deployment.items()}}


def committed(runner: Runner, main: str = RIGHT) -> None:
    """A feature that somebody else has made."""
    folder = runner.root / "behaviors" / "adder"
    folder.mkdir(parents=True)
    (folder / "test.py").write_text(TESTS)
    (folder / "main.py").write_text(main)
    runner.git("add", ".")
    runner.git("commit", "-qm", "feat: by hand")


def test_no_key_is_left_out() -> None:
    """Those that belong to a part that comes later are refused with it, see below."""
    later = {"rebuild_container"}
    here = set(DeploymentSettings.model_fields) - later
    assert here == {
        "provision_mode", "skip_steps", "skip_provision",
        "regenerate_main", "regenerate_service", "regenerate_test", "rerun_tests",
        "ai_generate_code", "ai_analyze_errors", "ai_create_commits", "ai_suggest_fixes",
        "ai_decide_retries",
        "max_retries", "retry_on_test_fail", "retry_on_provision_fail",
        "retry_delay_seconds", "exponential_backoff", "rebuild_base_env",
    }  # fmt: skip
    assert set(GithubSettings.model_fields) == {
        "wait_for_completion", "poll_interval_seconds", "max_wait_minutes", "fetch_logs_on_failure",
        "repository", "workflow", "grace_seconds", "pull_request",
    }  # fmt: skip


def test_the_mode_the_steps_left_out_and_provisioning_make_the_plan() -> None:
    def plan(**deployment: Any) -> set[str]:
        return set(planned_steps(resolve(file=None, environ={}, flags=said(**deployment)).settings))

    service = plan(provision_mode="SERVICE")
    assert service - plan(provision_mode="CODE") >= {"generate_service", "deploy", "health_check"}
    assert service - plan(skip_provision=True) == {"deploy", "health_check"}
    assert service - plan(skip_steps=["push"]) == {"push"}


@pytest.mark.parametrize(
    ("main", "test", "asked"),
    [
        (True, False, ["generate_main_code"]),
        (False, True, ["generate_test_code"]),
        (False, False, []),
        (True, True, ["generate_test_code", "generate_main_code"]),
    ],
)
async def test_regenerate_main_and_regenerate_test_say_what_is_written_anew(
    runner: Runner, main: bool, test: bool, asked: list[str]
) -> None:
    committed(runner)
    assistant = script(main=(RIGHT + "\n# anew\n",), tests=(TESTS + "\n# anew\n",))
    flags = said(regenerate_main=main, regenerate_test=test)
    result = await runner.run(assistant, flags=flags)
    assert result.exit_code == 0
    generated = [name for name, _, _ in assistant.asked if name.startswith("generate_")]
    assert generated == asked
    assert ("anew" in runner.committed("behaviors/adder/main.py")) == main
    assert ("anew" in runner.committed("behaviors/adder/test.py")) == test


async def test_regenerate_service_says_whether_service_py_is_written_anew(runner: Runner) -> None:
    committed(runner)
    (runner.root / "behaviors" / "adder" / "service.py").write_text("app = None\n")
    runner.git("add", ".")
    runner.git("commit", "-qm", "feat: a service by hand")
    others = {"regenerate_main": False, "regenerate_test": False}
    for wish, kept in ((False, True), (True, False)):
        flags = said(**others, regenerate_service=wish)
        result = await runner.run(script(), flags=flags, requirements=f"Add, please: {wish}.")
        assert ("service.py" in result.record["kept"]) == kept


async def test_what_exists_and_is_not_decided_refuses_the_run(runner: Runner) -> None:
    committed(runner)
    with pytest.raises(FeatureExists):
        await runner.run(script(), flags=said(regenerate_test=False))


@pytest.mark.parametrize(("rerun", "code", "verdict"), [(True, 1, "red"), (False, 0, None)])
async def test_rerun_tests_judges_what_is_kept(
    runner: Runner, rerun: bool, code: int, verdict: str | None
) -> None:
    committed(runner, main=WRONG)
    flags = said(rerun_tests=rerun)
    result = await runner.run(script(), flags=flags, keep_files=True, requirements=None)
    assert (result.exit_code, result.record["tests"]["verdict"]) == (code, verdict)
    if not rerun:
        assert steps(result)["generate_main"][0] == "skipped", "never passed"


async def test_without_ai_generate_code_every_file_must_be_there(runner: Runner) -> None:
    with pytest.raises(ConfigError, match="ai_generate_code"):
        await runner.run(script(), flags=said(ai_generate_code=False))
    committed(runner)
    assistant = script()
    result = await runner.run(assistant, flags=said(ai_generate_code=False))
    assert result.exit_code == 0
    assert [name for name, _, _ in assistant.asked if name.startswith("generate_")] == []


@pytest.mark.parametrize("wanted", [True, False])
async def test_ai_analyze_errors_asks_a_model_where_no_rule_knows(
    runner: Runner, wanted: bool
) -> None:
    assistant = script(main=(WRONG,))
    await runner.run(assistant, flags=said(ai_analyze_errors=wanted, max_retries=5))
    assert (assistant.count("analyze_deployment_error") > 0) == wanted


@pytest.mark.parametrize("wanted", [True, False])
async def test_ai_create_commits_has_a_model_word_the_commit(runner: Runner, wanted: bool) -> None:
    assistant = script()
    await runner.run(assistant, flags=said(ai_create_commits=wanted))
    subject = runner.git("log", "-1", "--format=%s")
    assert (assistant.count("create_commit_message") == 1) == wanted
    assert ("add what was asked for" in subject) == wanted


@pytest.mark.parametrize("wanted", [True, False])
async def test_ai_suggest_fixes_asks_for_a_next_step(runner: Runner, wanted: bool) -> None:
    assistant = script(main=(WRONG,))
    result = await runner.run(assistant, flags=said(ai_suggest_fixes=wanted, max_retries=0))
    assert assistant.count("analyze_failure") == wanted
    assert (result.record["suggestion"] is not None) == wanted


@pytest.mark.parametrize(
    ("retries", "allowed", "versions"), [(0, True, 1), (2, True, 3), (2, False, 1)]
)
async def test_max_retries_and_retry_on_test_fail_bound_the_versions(
    runner: Runner, retries: int, allowed: bool, versions: int
) -> None:
    assistant = script(main=(WRONG,))
    flags = said(max_retries=retries, retry_on_test_fail=allowed)
    result = await runner.run(assistant, flags=flags)
    assert result.exit_code == 1
    assert assistant.count("generate_main_code") == versions


@dataclass
class Recovered:
    """What recover does about a deployment that failed."""

    update: dict[str, Any]
    slept: list[float]
    asked: list[str]


@dataclass
class Recovering:
    """What recover needs of its dependencies."""

    settings: DeploymentConfig
    sleep: Callable[[float], Awaitable[None]]
    asked: list[str]

    def chance(self) -> float:
        return 0.0

    def with_feedback(self, state: DeploymentState, **texts: str) -> dict[str, str]:
        return texts

    async def ask(self, function: type[Function], *_: Any, **inputs: str) -> Answer[Any]:
        self.asked.append(function.name)
        said = {"retry": False, "delay_seconds": 0, "resume_at": None, "reasoning": "it is broken"}
        value = function.model_validate(said)
        return Answer(value, "scripted", "scripted-1", TokenUsage(1, 1), 0.0)


async def recovered(before: int, **deployment: Any) -> Recovered:
    slept: list[float] = []
    asked: list[str] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    settings = resolve(file=None, environ={}, flags=said(**deployment)).settings
    deps = cast("Deps", Recovering(settings, sleep, asked))
    state = initial_state(run_id="r", feature="adder", mode="SERVICE", plan=["deploy"], keep=[])
    state["tried"] = [
        Tried(
            step="deploy", kind="provision_failed", cause="", signature=str(number),
            action="REPROVISION", target="", on="deploy", before="", infra=False,
        )
        for number in range(before)
    ]  # fmt: skip
    state["failure"] = Failure(
        step="deploy", kind="provision_failed", summary="", evidence=[], detail="", signature="",
        next="",
    )  # fmt: skip
    state["diagnosis"] = Diagnosis(
        kind="provision_failed", root_cause="", action="REPROVISION", by="rule"
    )
    update = await recover(state, Runtime(context=deps))
    return Recovered(dict(update), slept, asked)


async def test_retry_on_provision_fail_deploys_again() -> None:
    again = await recovered(0)
    assert again.update["resume_at"] == "deploy"
    never = await recovered(0, retry_on_provision_fail=False)
    assert never.update["resume_at"] == "give_up"
    assert "retry_on_provision_fail" in never.update["note"]
    assert never.slept == []


async def test_ai_decide_retries_asks_a_model_whether_to_deploy_again() -> None:
    assert (await recovered(0)).asked == []
    advised = await recovered(0, ai_decide_retries=True)
    assert advised.asked == ["determine_retry_strategy"]
    assert advised.update["resume_at"] == "give_up"
    assert advised.update["given_up"] == "scripted-1 sees no use in it: it is broken"


async def test_retry_delay_seconds_is_waited_and_exponential_backoff_doubles_it() -> None:
    doubled = [(await recovered(done, retry_delay_seconds=3)).slept for done in range(3)]
    assert doubled == [[3.0], [6.0], [12.0]]
    normalize_log = {"retry_delay_seconds": 3, "exponential_backoff": False}
    assert [(await recovered(done, **normalize_log)).slept for done in range(3)] == [[3.0]] * 3
