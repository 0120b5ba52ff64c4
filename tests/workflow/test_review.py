"""The review before the commit: major issues go back, minor ones are reported."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.errors import AssistantError, ReplyInvalid, RequestRejected
from tests.workflow.scripted import Runner, ScriptedAssistant, steps
from tests.workflow.test_code_runs import RIGHT, TESTS

BETTER = RIGHT.replace("return a + b", "return b + a")


def found(severity: str, file: str = "main.py") -> dict[str, Any]:
    issue = {
        "severity": severity,
        "category": "security",
        "file": file,
        "line": 2,
        "description": "adds without asking",
    }
    return {"issues": [issue], "summary": "see the issue"}


APPROVED = {"issues": [], "summary": "good"}


def script(**more: Any) -> ScriptedAssistant:
    return ScriptedAssistant(
        {"generate_test_code": [TESTS], "generate_main_code": [RIGHT, BETTER], **more}
    )


async def test_a_major_issue_goes_back_with_its_text(runner: Runner) -> None:
    assistant = script(review_code=[found("major"), APPROVED])
    result = await runner.run(assistant)
    assert result.exit_code == 0
    assert "adds without asking" in assistant.prompts("generate_main_code")[1]
    assert runner.committed("behaviors/adder/main.py") == BETTER.strip()
    assert steps(result)["review"] == ("done", 2)


async def test_a_minor_issue_is_reported_and_nothing_else(runner: Runner) -> None:
    assistant = script(review_code=[found("minor")])
    result = await runner.run(assistant)
    assert result.exit_code == 0
    assert assistant.count("generate_main_code") == 1
    assert "adds without asking" in result.record["remarks"][0]


async def test_major_issues_that_stay_are_never_committed(runner: Runner) -> None:
    assistant = script(review_code=[found("major")])
    result = await runner.run(assistant, flags={"quality.review_rounds": 1})
    assert result.exit_code == 1
    assert result.error is not None
    assert result.error.type == "auditor_reject"
    assert assistant.count("review_code") == 2
    assert runner.git("rev-list", "--all", "--count") == "0"


GARBAGE = ReplyInvalid("garbage", provider="x", model="y", reason="malformed")
REFUSED = RequestRejected("no such function", provider="x", model="y", kind="bad_parameter")


@pytest.mark.parametrize("error", [GARBAGE, REFUSED])
async def test_a_review_that_cannot_be_had_is_skipped_unless_it_is_required(
    runner: Runner, error: AssistantError
) -> None:
    result = await runner.run(script(review_code=[error]))
    assert result.exit_code == 0
    assert steps(result)["review"] == ("skipped", 0)
    required = await runner.run(
        script(review_code=[error]), feature="other", flags={"quality.review": "require"}
    )
    assert required.exit_code == 1


@pytest.mark.parametrize("error", [GARBAGE, REFUSED])
async def test_a_commit_without_a_models_words_has_a_rules(
    runner: Runner, error: AssistantError
) -> None:
    result = await runner.run(script(create_commit_message=[error]))
    assert result.exit_code == 0
    subject = runner.git("log", "-1", "--format=%s")
    assert subject == "feat(adder): add adder module with its tests"


async def test_the_reviewer_is_told_who_wrote_the_code(runner: Runner) -> None:
    assistant = script()
    await runner.run(assistant)
    purposes = {name: purpose for name, _, purpose in assistant.asked}
    assert purposes["review_code"].exclude_model == "scripted-1"
