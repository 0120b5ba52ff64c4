"""Recovery in CODE mode: code that cannot be parsed, imported or held in memory, and an outage of
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


#: What main.py cannot do without and has not: kind of failure, code, what is said of it.
LACKING = {
    "a module of the feature": (
        "local_module_missing",
        "from behaviors.adder.parts import add\n",
        "No module named 'behaviors'",
    ),
    "a module of the feature by its name": (
        "local_module_missing",
        "from adder.parts import add\n",
        "No module named 'adder'",
    ),
    "a name of its own": (
        "local_module_missing",
        "from main import plus\n\n\ndef add(a, b):\n    return plus(a, b)\n",
        "cannot import name 'plus'",
    ),
    "memory": (
        "out_of_memory",
        "def add(a, b):\n    return a + b + 0 * len(bytearray(1 << 40))\n",
        "MemoryError",
    ),
}


@pytest.mark.parametrize(("kind", "code", "said"), LACKING.values(), ids=LACKING)
async def test_what_main_always_lacks_is_given_up_and_then_gone_on_with(
    runner: Runner, kind: str, code: str, said: str
) -> None:
    flags = {**QUICK, "deployment.max_retries": 1, "limits.memory_mb": 256}
    assistant = script(main=(code,))
    failed = await runner.run(assistant, flags=flags)
    assert failed.error is not None
    assert (failed.exit_code, failed.error.type) == (1, kind)
    assert said in failed.error.evidence[0]
    assert said in assistant.prompts("generate_main_code")[1]
    assert failed.error.next
    assert failed.record["tried"][-1] == "given up: the rounds of generate_main are spent"
    assert failed.record["packages"] == [], "nothing is installed for it"
    done = await runner.run(script(), flags=flags, requirements=None, recovery=True)
    assert done.exit_code == 0, done.error


@pytest.mark.parametrize(("kind", "code", "said"), LACKING.values(), ids=LACKING)
async def test_what_main_lacks_is_written_anew(
    runner: Runner, kind: str, code: str, said: str
) -> None:
    result = await runner.run(script(main=(code, RIGHT)), flags={**QUICK, "limits.memory_mb": 256})
    assert result.exit_code == 0, result.error
    assert result.record["tried"] == [], "a round of its own mends it"


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
