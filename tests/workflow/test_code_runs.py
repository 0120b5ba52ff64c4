"""Whole runs in CODE mode through the compiled graph, with scripted models and real parts."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from assistant.errors import BudgetExceeded, NoProviderAvailable, ReplyInvalid
from graph.events import ModelCalled, StepFinished
from provisioner.errors import FeatureConfigInvalid
from tests.workflow.scripted import Runner, ScriptedAssistant, steps

TESTS = """\
import unittest

from main import add


class AddTest(unittest.TestCase):
    def test_adds(self):
        self.assertEqual(add(2, 3), 5)

    def test_adds_negative_numbers(self):
        self.assertEqual(add(-2, -3), -5)

    def test_zero_is_neutral(self):
        self.assertEqual(add(7, 0), 7)


if __name__ == "__main__":
    unittest.main()
"""
RIGHT = "def add(a: int, b: int) -> int:\n    return a + b\n"
WRONG = "def add(a: int, b: int) -> int:\n    return a - b\n"
WORSE = "def add(a: int, b: int) -> int:\n    raise RuntimeError('nothing')\n"


def script(tests=(TESTS,), main=(RIGHT,), **more):
    return ScriptedAssistant({"generate_test_code": tests, "generate_main_code": main, **more})


async def test_right_code_is_committed_at_once(runner: Runner) -> None:
    assistant = script()
    result = await runner.run(assistant)
    shown = result.record
    assert (shown["status"], result.exit_code) == ("done", 0)
    assert shown["tests"]["verdict"] == "green"
    assert (shown["tests"]["collected"], shown["tests"]["passed"]) == (3, 3)
    assert shown["tests"]["assertions"] == 3
    assert shown["tests"]["seen_red"] == 3
    assert shown["commit"] == runner.git("rev-parse", "HEAD")
    assert runner.committed("behaviors/adder/main.py") == RIGHT.strip()
    assert runner.committed("behaviors/adder/test.py") == TESTS.strip()
    assert "Tests: green, 3 of 3 passed, 3 assertions" in runner.git("log", "-1", "--format=%B")
    assert runner.git("status", "--porcelain") == ""
    assert steps(result) == {
        "scaffold": ("done", 1),
        "generate_tests": ("done", 1),
        "generate_main": ("done", 1),
        "prove_tests": ("done", 1),
        "generate_service": ("skipped", 0),
        "service_tests": ("skipped", 0),
        "review": ("done", 1),
        "container_tests": ("skipped", 0),
        "commit": ("done", 1),
        "push": ("skipped", 0),
        "await_ci": ("skipped", 0),
        "deploy": ("skipped", 0),
        "health_check": ("skipped", 0),
    }


async def test_red_twice_then_green(runner: Runner) -> None:
    assistant = script(main=(WRONG, WORSE, RIGHT))
    result = await runner.run(assistant)
    assert result.exit_code == 0
    assert steps(result)["generate_main"] == ("done", 3)
    second, third = assistant.prompts("generate_main_code")[1:]
    assert "return a - b" in second
    assert "-1 != 5" in second
    assert "return a - b" in third, "the worse round was rolled back"
    assert "RuntimeError: nothing" in third, "and is remembered in one line"


async def test_never_green_is_never_committed(runner: Runner) -> None:
    assistant = script(main=(WRONG,))
    result = await runner.run(assistant, flags={"deployment.max_retries": 2})
    shown = result.record
    assert (shown["status"], result.exit_code) == ("failed", 1)
    assert shown["error"]["type"] == "test_failed"
    assert shown["error"]["evidence"]
    assert assistant.count("generate_main_code") == 3
    assert shown["commit"] is None
    assert runner.git("rev-list", "--all", "--count") == "0"
    assert (runner.root / "behaviors/adder/main.py").read_text() == WRONG, "the best is kept"


@pytest.mark.parametrize(
    ("tests", "reason"),
    [
        ("", "vacuous"),
        ("from main import add\nadd\n", "vacuous"),
        ("from main import add\ndef test_it():\n    add(1, 2)\n", "vacuous"),
        ("from main import add\ndef test_it():\n    assert callable(add)\n", "passes without"),
        ("from main import add\nfrom json import nowhere\nassert add(1, 2) == 3\n", ""),
        ("def broken(:\n", ""),
    ],
    ids=["empty", "no test", "no assertion", "passes on a stub", "import error", "syntax error"],
)
async def test_worthless_tests_never_get_past_the_red_phase(
    runner: Runner, tests: str, reason: str
) -> None:
    assistant = script(tests=(tests,))
    result = await runner.run(assistant, flags={"deployment.max_retries": 1})
    assert result.exit_code == 1
    assert assistant.count("generate_test_code") == 2
    assert assistant.count("generate_main_code") == 0
    assert result.error is not None
    assert reason in result.error.summary


async def test_tests_that_were_sent_back_are_mended(runner: Runner) -> None:
    assistant = script(tests=("assert True\n", TESTS))
    result = await runner.run(assistant)
    assert result.exit_code == 0
    second = assistant.prompts("generate_test_code")[1]
    assert "assert True" in second
    assert "Why they were sent back" in second


async def test_a_crash_in_a_step_leaves_a_run_that_goes_on_there(runner: Runner) -> None:
    crashing = script(main=(WRONG, ZeroDivisionError("a defect")))
    with pytest.raises(ZeroDivisionError):
        await runner.run(crashing)
    going_on = script(main=(RIGHT,))
    result = await runner.run(going_on)
    assert result.exit_code == 0
    assert going_on.count("generate_test_code") == 0, "the tests were frozen before"
    assert steps(result)["generate_main"] == ("done", 2)


@pytest.mark.parametrize(
    ("halt", "code"),
    [
        (NoProviderAvailable("all down", ("openai: refused",)), 4),
        (ReplyInvalid("garbage", provider="x", model="y", reason="malformed"), 4),
        (BudgetExceeded("run usd 0.01", spent=0.009, asked=0.02), 5),
    ],
)
async def test_a_halted_run_is_paused_and_goes_on_later(
    runner: Runner, halt: Exception, code: int
) -> None:
    paused = await runner.run(script(main=(halt,)))
    assert (paused.status, paused.exit_code) == ("paused", code)
    again = script()
    result = await runner.run(again)
    assert result.exit_code == 0
    assert result.run_id == paused.run_id
    assert again.count("generate_test_code") == 0


async def test_other_requirements_begin_another_run(runner: Runner) -> None:
    paused = await runner.run(script(main=(NoProviderAvailable("down"),)))
    result = await runner.run(script(), requirements="add(a, b) adds. Also negative numbers.")
    assert result.run_id != paused.run_id
    assert result.exit_code == 0


async def test_recovery_gives_a_failed_run_new_rounds(runner: Runner) -> None:
    flags = {"deployment.max_retries": 1}
    failed = await runner.run(script(main=(WRONG,)), flags=flags)
    assert failed.exit_code == 1
    recovering = script(main=(RIGHT,))
    result = await runner.run(recovering, flags=flags, requirements=None, recovery=True)
    assert result.exit_code == 0
    assert result.run_id == failed.run_id
    assert recovering.count("generate_test_code") == 0


async def test_a_recovery_that_could_not_begin_loses_nothing(runner: Runner) -> None:
    flags = {"deployment.max_retries": 1}
    await runner.run(script(main=(WRONG,)), flags=flags)
    config = runner.root / "behaviors/adder/feature-config.yaml"
    before = config.read_text()
    config.write_text("pyton: {}\n")
    with pytest.raises(FeatureConfigInvalid):
        await runner.run(script(main=()), flags=flags, requirements=None, recovery=True)
    config.write_text(before)
    result = await runner.run(script(), flags=flags, requirements=None, recovery=True)
    assert result.exit_code == 0


async def test_an_index_that_stays_as_it_was_is_a_remark_of_the_result(runner: Runner) -> None:
    (runner.root / ".git/index.lock").touch()
    result = await runner.run(script())
    assert result.exit_code == 0
    assert any("index.lock" in remark for remark in result.record["remarks"])


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("feature-config.yaml", "pyton: {}\n", "feature: adder\n"),
        ("requirements.lock", "neither==1.0 nor\n", None),
    ],
)
async def test_a_file_that_was_wrong_from_the_start_is_read_anew_once_it_is_mended(
    runner: Runner, name: str, wrong: str, right: str | None
) -> None:
    await runner.run(script())
    file = runner.root / "behaviors/adder" / name
    file.write_text(wrong)
    (file.parent / "main.py").write_text(RIGHT + "# by hand\n")
    failed = await runner.run(script(main=()), requirements=None, keep_files=True)
    assert failed.exit_code == 1
    file.write_text(right) if right else file.unlink()
    result = await runner.run(script(main=()), requirements=None, recovery=True)
    assert result.exit_code == 0, result.error


async def test_without_retries_one_round_decides(runner: Runner) -> None:
    assistant = script(main=(WRONG, RIGHT))
    result = await runner.run(assistant, flags={"deployment.retry_on_test_fail": False})
    assert result.exit_code == 1
    assert assistant.count("generate_main_code") == 1


async def test_the_commit_is_worded_by_rule_where_no_model_may(runner: Runner) -> None:
    assistant = script()
    await runner.run(assistant, flags={"deployment.ai_create_commits": False})
    assert assistant.count("create_commit_message") == 0
    assert runner.git("log", "-1", "--format=%s").startswith("feat(adder): add adder module")


async def test_every_step_and_call_is_reported(runner: Runner) -> None:
    await runner.run(script(main=(WRONG, RIGHT)))
    finished = [(e.step, e.status) for e in runner.events if isinstance(e, StepFinished)]
    assert finished[:4] == [
        ("scaffold", "done"),
        ("generate_tests", "done"),
        ("generate_main", "again"),
        ("generate_main", "done"),
    ]
    calls = [event.function for event in runner.events if isinstance(event, ModelCalled)]
    assert calls == [
        "generate_test_code",
        "generate_main_code",
        "generate_main_code",
        "review_code",
        "create_commit_message",
    ]


async def test_a_cancelled_run_can_be_resumed(runner: Runner) -> None:
    class Slow(ScriptedAssistant):
        async def ask(self, request, purpose):
            if request.function.name == "generate_main_code":
                reached.set()
                await asyncio.Event().wait()
            return await super().ask(request, purpose)

    reached = asyncio.Event()
    running = asyncio.create_task(runner.run(Slow({"generate_test_code": [TESTS]})))
    await reached.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    result = await runner.run(script())
    assert result.exit_code == 0
    assert steps(result)["generate_tests"] == ("done", 1)


async def test_code_that_somebody_mended_after_a_failure_is_kept_and_judged(
    runner: Runner,
) -> None:
    flags = {"deployment.max_retries": 0}
    await runner.run(script(main=(WRONG,)), flags=flags)
    mended = "def add(a, b):\n    return b + a\n"
    (runner.root / "behaviors/adder/main.py").write_text(mended)
    silent = script(main=())
    result = await runner.run(silent, flags=flags, requirements=None, recovery=True)
    assert result.exit_code == 0
    assert silent.count("generate_main_code") == 0
    assert runner.committed("behaviors/adder/main.py") == mended.strip()


async def test_an_accepted_file_that_was_edited_is_judged_again_before_the_commit(
    runner: Runner,
) -> None:
    halted = script(create_commit_message=(NoProviderAvailable("down"),))
    paused = await runner.run(halted)
    assert paused.exit_code == 4
    (runner.root / "behaviors/adder/main.py").write_text(WRONG)
    result = await runner.run(script())
    assert result.exit_code == 1, "what is committed is what was judged"
    assert runner.git("rev-list", "--all", "--count") == "0"
    (runner.root / "behaviors/adder/main.py").write_text(RIGHT + "\n# by hand\n")
    result = await runner.run(script(), requirements=None, recovery=True)
    assert result.exit_code == 0
    assert "# by hand" in runner.committed("behaviors/adder/main.py")


async def test_code_that_ends_the_process_is_told_with_the_reason(runner: Runner) -> None:
    ended = "import os\nos._exit(0)\n"
    result = await runner.run(script(main=(ended,)), flags={"deployment.max_retries": 0})
    assert result.exit_code == 1
    assert result.error is not None
    assert "crashed: the process ended by itself, exit code 0" in result.error.summary


async def test_what_a_colleague_pushed_meanwhile_gets_our_commit_on_top(
    runner: Runner, tmp_path: Path
) -> None:
    remote, colleague = tmp_path / "remote.git", tmp_path / "colleague"
    runner.git("commit", "-q", "--allow-empty", "-m", "docs: begin")
    runner.git("clone", "-q", "--bare", ".", str(remote))
    runner.git("remote", "add", "origin", str(remote))
    runner.git("clone", "-q", str(remote), str(colleague))
    theirs = ("-C", str(colleague), "-c", "user.name=A", "-c", "user.email=a@example.org")
    runner.git(*theirs, "commit", "-q", "--allow-empty", "-m", "docs: meanwhile")
    runner.git(*theirs, "push", "-q")
    result = await runner.run(script())

    branch = runner.git("branch", "--show-current")
    at_remote = runner.git("-C", str(remote), "log", "--format=%H %s", branch).splitlines()
    assert (result.exit_code, result.record["pushed"]) == (0, True)
    assert [one.partition(" ")[2] for one in at_remote] == [
        "feat(adder): add what was asked for",
        "docs: meanwhile",
        "docs: begin",
    ]
    assert at_remote[0].startswith(result.record["commit"])
    runner.git("pull", "-q", "--rebase", "origin", branch)
    assert runner.git("rev-parse", "HEAD") == result.record["commit"]
