"""Recovery in CODE mode: code that cannot be parsed, packages that cannot be had, and an outage of
all providers, which costs neither rounds nor diagnoses."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.errors import NoProviderAvailable
from tests.workflow.scripted import Runner, steps
from tests.workflow.test_code_runs import RIGHT, WRONG, script

QUICK = {"quality.mutation": "off", "quality.review": "off", "quality.samples": 0}
BROKEN = "def add(a, b:\n    return a + b\n"
DOWN = NoProviderAvailable("all down", ("openai: 503", "gemini: 503"))


async def test_code_that_cannot_be_parsed_is_written_anew(runner: Runner) -> None:
    assistant = script(main=(BROKEN, RIGHT))
    result = await runner.run(assistant, flags=QUICK)
    assert result.exit_code == 0, result.error
    assert "was never closed" in assistant.prompts("generate_main_code")[1]


async def test_code_that_can_never_be_parsed_is_given_up(runner: Runner) -> None:
    flags = {**QUICK, "deployment.max_retries": 1}
    result = await runner.run(script(main=(BROKEN,)), flags=flags)
    assert result.error is not None
    assert (result.exit_code, result.error.type) == (1, "code_syntax_error")
    assert "was never closed" in "\n".join([result.error.summary, *result.error.evidence])
    assert result.error.next
    assert result.record["tried"][-1].startswith("given up: ")


async def test_tests_that_never_pass_are_given_up(runner: Runner) -> None:
    flags = {**QUICK, "deployment.max_retries": 1}
    result = await runner.run(script(main=(WRONG,)), flags=flags)
    assert result.error is not None
    assert (result.exit_code, result.error.type) == (1, "test_failed")
    assert any("test_adds" in line for line in result.error.evidence)


@pytest.mark.parametrize(
    "asked", ["generate_test_code", "generate_main_code", "create_commit_message"]
)
async def test_an_outage_of_all_providers_spends_no_round_and_no_diagnosis(
    runner: Runner, asked: str
) -> None:
    """With no retry allowed, one round that is spent would end the run."""
    flags: dict[str, Any] = {**QUICK, "deployment.max_retries": 0}
    rounds: list[int] = []
    for _ in range(3):
        down = script()
        down.script = {**down.script, asked: (DOWN,)}
        paused = await runner.run(down, flags=flags)
        assert (paused.status, paused.exit_code) == ("paused", 4)
        assert down.count("analyze_deployment_error") + down.count("analyze_failure") == 0
        assert paused.record["tried"] == []
        rounds.append(sum(attempts for _, attempts in steps(paused).values()))
    assert len(set(rounds)) == 1, "an outage is no attempt"
    done = await runner.run(script(), flags=flags)
    assert done.exit_code == 0, done.error
    assert steps(done)["generate_main"] == ("done", 1)
