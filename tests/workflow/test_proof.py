"""What green must survive: hidden tests, mutants, being stuck, tests that are replaced."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.errors import ReplyInvalid
from graph.request import agree
from tests.workflow.scripted import Runner, ScriptedAssistant, steps

TESTS = """\
import unittest

from main import grade


class GradeTest(unittest.TestCase):
    def test_lowest_pass(self):
        self.assertEqual(grade(50), "pass")

    def test_highest_fail(self):
        self.assertEqual(grade(49), "fail")

    def test_best(self):
        self.assertEqual(grade(100), "honours")

    def test_honours_begin_at_ninety(self):
        self.assertEqual(grade(90), "honours")

    def test_below_honours(self):
        self.assertEqual(grade(89), "pass")

    def test_nothing(self):
        self.assertEqual(grade(0), "fail")

    def test_negative_is_refused(self):
        with self.assertRaises(ValueError):
            grade(-1)

    def test_more_than_all_is_refused(self):
        with self.assertRaises(ValueError):
            grade(101)


if __name__ == "__main__":
    unittest.main()
"""
RIGHT = """\
def grade(points: int) -> str:
    if not 0 <= points <= 100:
        raise ValueError("points are from 0 to 100")
    if points >= 90:
        return "honours"
    return "pass" if points >= 50 else "fail"
"""
WRONG = RIGHT.replace(">= 90", "> 90")
REQUIREMENTS = "grade(points) says honours from 90, pass from 50, fail below; 0 to 100 only."


def script(main: Any = (RIGHT,), tests: Any = (TESTS,), **more: Any) -> ScriptedAssistant:
    return ScriptedAssistant({"generate_test_code": tests, "generate_main_code": main, **more})


async def run(runner: Runner, assistant: ScriptedAssistant, **more: Any) -> Any:
    return await runner.run(assistant, requirements=REQUIREMENTS, **more)


async def test_a_good_suite_is_proven_by_mutants(runner: Runner) -> None:
    result = await run(runner, script())
    tests = result.record["tests"]
    assert result.exit_code == 0
    assert tests["mutation_score"] > 0.8
    covered, total = tests["mutation"]["branches"].split("/")
    assert covered == total
    assert "Mutation: " in runner.git("log", "-1", "--format=%B")


async def test_a_quarter_of_the_tests_is_never_shown(runner: Runner) -> None:
    assistant = script(main=(WRONG, RIGHT))
    result = await run(runner, assistant)
    assert result.exit_code == 0
    names = [line.split("(")[0].split()[-1] for line in TESTS.splitlines() if "def test_" in line]
    for prompt in assistant.prompts("generate_main_code"):
        assert sum(f"def {name}" in prompt for name in names) == 6
    assert result.record["tests"]["collected"] == 8, "but all of them decide"


class Cheater(ScriptedAssistant):
    """Writes a branch for each visible test, and nothing else."""

    async def ask(self, request: Any, purpose: Any) -> Any:
        if request.function.name == "generate_main_code":
            shown = request.inputs["tests"]
            cases = [
                line.strip().removeprefix("self.assertEqual(grade(").rstrip(")")
                for line in shown.splitlines()
                if "assertEqual" in line
            ]
            lines = ["def grade(points):"]
            for case in cases:
                points, said = case.split("), ")
                lines.append(f"    if points == {points}: return {said}")
            lines.append("    raise ValueError(points)")
            self.script = {**self.script, "generate_main_code": ["\n".join(lines) + "\n"]}
        return await super().ask(request, purpose)


async def test_a_cheater_that_knows_the_visible_tests_is_never_accepted(runner: Runner) -> None:
    result = await run(runner, Cheater({"generate_test_code": [TESTS]}))
    assert result.exit_code == 1
    assert result.record["commit"] is None


async def test_what_is_hidden_is_not_told_after_a_failure(runner: Runner) -> None:
    assistant = Cheater({"generate_test_code": [TESTS]})
    await run(runner, assistant)
    shown = assistant.prompts("generate_main_code")[1]
    assert "hidden" in shown
    first = assistant.prompts("generate_main_code")[0]
    hidden = [n for n in ("100", "90", "89", "50", "49") if f"grade({n})" not in first]
    assert all(f"grade({number})" not in shown for number in hidden)


#: It writes into the connection that its answers go through.
TAMPERER = RIGHT + '\nimport os\nos.write(200, b"\\xff" * 64)\n'


async def test_a_tamperer_is_named_and_never_accepted(runner: Runner) -> None:
    result = await run(runner, script(main=(TAMPERER,)), flags={"deployment.max_retries": 0})
    assert result.exit_code == 1
    assert result.record["tests"]["verdict"] == "tampered"


AT_NINETY = """\
    def test_honours_begin_at_ninety(self):
        self.assertEqual(grade(90), "honours")

"""
WEAK = TESTS.replace(AT_NINETY, "")
WEAKEST = """\
from main import grade


def test_it():
    assert isinstance(grade(70), str)
"""


async def test_a_weak_suite_is_strengthened_by_added_tests(runner: Runner) -> None:
    weak = WEAKEST.replace("isinstance(grade(70), str)", 'grade(70) == "pass"')
    stronger = weak + "".join(
        f"\n\ndef test_{number}():\n    assert grade({number}) == {said!r}\n"
        for number, said in ((90, "honours"), (89, "pass"), (50, "pass"), (49, "fail"))
    )
    assistant = script(tests=(weak, stronger))
    result = await run(runner, assistant, flags={"quality.mutation_target": 0.9})
    shown = result.record
    assert result.exit_code == 0
    assert shown["tests"]["collected"] == 5
    assert runner.committed("behaviors/adder/test.py") == stronger.strip()
    assert "return" in assistant.prompts("generate_test_code")[1]


async def test_a_weak_suite_that_stays_weak_is_refused(runner: Runner) -> None:
    result = await run(runner, script(tests=(WEAKEST,)), flags={"quality.mutation_min_score": 0.5})
    assert result.exit_code == 1
    assert result.error is not None
    assert "too weak" in result.error.summary
    assert result.record["commit"] is None


async def test_a_weak_suite_passes_where_mutation_only_warns(runner: Runner) -> None:
    flags = {"quality.mutation_min_score": 0.5, "quality.mutation": "warn"}
    result = await run(runner, script(tests=(WEAKEST,)), flags=flags)
    assert result.exit_code == 0
    assert result.record["tests"]["mutation_score"] < 0.5


async def test_added_tests_that_take_something_away_are_not_taken(runner: Runner) -> None:
    weak = WEAKEST.replace("isinstance(grade(70), str)", 'grade(70) == "pass"')
    other = weak.replace("grade(70)", "grade(71)")
    flags = {"quality.mutation_target": 1.0, "quality.mutation_min_score": 0.0}
    result = await run(runner, script(tests=(weak, other)), flags=flags)
    assert result.exit_code == 0
    assert runner.committed("behaviors/adder/test.py") == weak.strip()


@pytest.mark.parametrize("reason", ["malformed", "wrong_function"])
async def test_a_suite_stands_where_nothing_usable_is_added(runner: Runner, reason: str) -> None:
    weak = WEAKEST.replace("isinstance(grade(70), str)", 'grade(70) == "pass"')
    garbage = ReplyInvalid("garbage", provider="x", model="y", reason=reason)
    flags = {"quality.mutation_target": 1.0, "quality.mutation_min_score": 0.0}
    result = await run(runner, script(tests=(weak, garbage)), flags=flags)
    assert result.exit_code == 0
    assert runner.committed("behaviors/adder/test.py") == weak.strip()


async def test_the_same_failure_three_times_asks_for_fresh_attempts(runner: Runner) -> None:
    assistant = script(main=(WRONG, WRONG, WRONG, WRONG, RIGHT))
    result = await run(runner, assistant)
    assert result.exit_code == 0
    afresh = assistant.prompts("generate_main_code")[3:]
    assert len(afresh) == 2
    assert all("afresh" in prompt and "points > 90" not in prompt for prompt in afresh)
    assert steps(result)["generate_main"] == ("done", 4)


async def test_of_fresh_attempts_the_better_proven_one_is_taken(runner: Runner) -> None:
    """Before the shorter one: what no test reaches is not proven."""
    loose = RIGHT.replace(
        "    if points >= 90", "    if points == 61:\n        return 'pass'\n    if points >= 90"
    )
    assert loose != RIGHT
    longer = "# " + "a remark " * 20 + "\n" + RIGHT
    assistant = script(main=(WRONG, WRONG, WRONG, loose, longer))
    result = await run(runner, assistant)
    assert result.exit_code == 0
    assert runner.committed("behaviors/adder/main.py") == longer.strip()


DIAGNOSIS = {
    "error_type": "test_failed",
    "summary": "the tests are wrong",
    "root_cause": "the tests want honours at ninety",
    "confidence": 0.9,
    "action": {"type": "TEST_FIX", "target": None, "parameters": []},
    "reasoning": "…",
}


async def stuck_on_tests(runner: Runner, second: str, **more: Any) -> tuple[Any, Any]:
    assistant = script(main=(WRONG,), tests=(TESTS, second), analyze_deployment_error=[DIAGNOSIS])
    flags = {"deployment.max_retries": 4, "quality.mutation": "off"}
    return assistant, await run(runner, assistant, flags=flags, **more)


async def test_tests_that_lose_something_need_an_approval(runner: Runner) -> None:
    _, result = await stuck_on_tests(runner, WEAK)
    assert (result.status, result.exit_code) == ("paused", 3)
    assert "test_honours_begin_at_ninety" in result.error.summary


async def test_an_approved_test_fix_is_recorded_with_both_suites(runner: Runner) -> None:
    _, result = await stuck_on_tests(runner, WEAK, approve=agree)
    assert result.exit_code == 0
    (fix,) = result.record["tests"]["test_fixes"]
    assert "honours at ninety" in fix["reason"]
    assert fix["old"] != fix["new"]
    assert "Test-Fix: Diagnosis: the tests want honours" in runner.git("log", "-1", "--format=%B")


@pytest.mark.parametrize("action", ["CODE_FIX", "FAIL"])
async def test_a_diagnosis_that_blames_the_code_changes_no_test(
    runner: Runner, action: str
) -> None:
    blames = {**DIAGNOSIS, "action": {"type": action, "target": None, "parameters": []}}
    assistant = script(main=(WRONG,), analyze_deployment_error=[blames])
    result = await run(runner, assistant)
    assert result.exit_code == 1
    assert assistant.count("generate_test_code") == 1


async def test_a_flaky_suite_is_named_and_the_code_left_alone(runner: Runner) -> None:
    """A suite that passes by chance: sooner or later it does so once, and then not again."""
    names = [line.split("(")[0].split()[-1] for line in TESTS.splitlines() if "def test_" in line]
    flaky = TESTS.replace(
        f"    def {names[0]}(self):\n",
        f"    def {names[0]}(self):\n        import os\n"
        "        self.assertLess(os.urandom(1)[0], 128)\n",
    )
    for number in range(30):
        assistant = script(tests=(flaky, TESTS))
        result = await run(runner, assistant, feature=f"f{number}", approve=agree)
        if any("flaky" in fix["reason"] for fix in result.record["tests"]["test_fixes"]):
            break
    assert "flaky" in assistant.prompts("generate_test_code")[1]
    assert assistant.count("generate_test_code") == 2
    assert result.exit_code == 0


IN_ANOTHER_PROCESS = TESTS.replace(
    "from main import grade\n",
    "import subprocess\nimport sys\n\n\n"
    "def grade(points):\n"
    "    code = f'import main; print(main.grade({points}))'\n"
    "    ended = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)\n"
    "    if 'ValueError' in ended.stderr:\n"
    "        raise ValueError(points)\n"
    "    return ended.stdout.strip()\n",
)


async def test_where_coverage_cannot_be_had_all_mutants_are_run(runner: Runner) -> None:
    """main.py runs in another process, where nothing is traced."""
    result = await run(runner, script(tests=(IN_ANOTHER_PROCESS,)))
    shown = result.record
    assert result.exit_code == 0, shown["error"]
    mutation = shown["tests"]["mutation"]
    assert mutation["coverage_unknown"] == "the traced tests reach no line of main.py"
    assert (mutation["lines"], mutation["branches"]) == ("", "")
    assert mutation["score"] > 0.5
    notes = [getattr(event, "note", "") for event in runner.events]
    assert [one for one in notes if "coverage unknown, so all mutants were run" in one]


async def test_tests_that_nobody_could_prove_are_not_taken_for_proven(runner: Runner) -> None:
    assistant = script()
    result = await run(runner, assistant, flags={"quality.mutation_seconds": 0.001})
    assert result.exit_code == 1
    assert result.error is not None
    assert "could not be proven: there was no time" in result.error.summary
    assert "quality.mutation_seconds" in result.error.next
    assert assistant.count("analyze_deployment_error") == 0, "there is no fault to look for"
    assert result.record["commit"] is None


async def test_what_nobody_could_prove_is_said_where_mutation_only_warns(runner: Runner) -> None:
    flags = {"quality.mutation_seconds": 0.001, "quality.mutation": "warn"}
    result = await run(runner, script(), flags=flags)
    assert result.exit_code == 0
    assert result.record["tests"]["mutation_score"] is None
    notes = [getattr(event, "note", "") for event in runner.events]
    assert [one for one in notes if "no mutation score: there was no time" in one]
