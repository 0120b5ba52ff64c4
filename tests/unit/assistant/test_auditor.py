"""The auditor: issues of files, approved exactly when none is major."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.auditor import AuditorClient, AuditorResult, numbered
from assistant.calls.client import ModelClient
from assistant.calls.router import Router
from assistant.calls.selection import ModelSelector, load_models
from assistant.config import AssistantSettings
from assistant.errors import ReplyInvalid
from assistant.request import Purpose
from assistant.review.static import as_feedback
from assistant.schemas import ReviewCode, ReviewIssue
from tests.servers.scripted import MemoryCallLog, ScriptedProvider, reply

PURPOSE = Purpose("run", "review", 1)
FILES = {"main.py": "import os\n\nos.system(input())\n", "service.py": "app = None\n"}

issues = st.lists(
    st.builds(
        ReviewIssue,
        severity=st.sampled_from(["minor", "major"]),
        category=st.sampled_from(["security", "bug", "quality"]),
        file=st.just("main.py"),
        line=st.none() | st.integers(1, 99),
        description=st.text(),
    )
)


@given(issues)
def test_it_is_approved_exactly_when_no_issue_is_major(found: list[ReviewIssue]) -> None:
    result = AuditorResult(tuple(found), "", "p", "m")
    assert result.approved == all(issue.severity == "minor" for issue in found)
    assert len(result.major) + len(result.minor) == len(found)
    assert set(result.major).isdisjoint(result.minor)


def review(*severities: str) -> str:
    return ReviewCode(
        issues=[
            ReviewIssue(
                severity=severity,  # type: ignore[arg-type]
                category="security",
                file="main.py",
                line=3,
                description="runs\nwhat is typed",
            )
            for severity in severities
        ],
        summary="one thing",
    ).model_dump_json()


def client(*providers: ScriptedProvider) -> ModelClient:
    settings = AssistantSettings()
    router = Router(providers, settings)
    options = {
        one.name: dict.fromkeys(("small", "standard", "best"), f"model-{one.name}")
        for one in providers
    }
    selection = ModelSelector(load_models(), options, router.excluded)
    return ModelClient(router, selection, MemoryCallLog())


async def audit(*providers: ScriptedProvider, written_by: str = "") -> AuditorResult:
    return await AuditorClient(client(*providers)).audit(
        FILES,
        feature="orders",
        requirements="Orders can be created.",
        purpose=PURPOSE,
        written_by=written_by,
    )


def reviewer(name: str, *severities: str) -> ScriptedProvider:
    return ScriptedProvider(name, [reply(review(*severities), function="review_code", model=name)])


async def test_the_files_are_shown_with_numbered_lines() -> None:
    a = reviewer("a", "major", "minor")
    result = await audit(a)
    shown = a.asked[0][1].messages[1].content
    assert "=== main.py ===" in shown
    assert "   3 os.system(input())" in shown
    assert "Orders can be created." in shown
    assert not result.approved
    assert (len(result.major), len(result.minor), result.summary) == (1, 1, "one thing")


@pytest.mark.parametrize(
    ("written_by", "reviewed_by"),
    [("model-a", "b"), ("model-a-2026-01-01", "b"), ("model-b", "a"), ("", "a")],
)
async def test_another_model_reviews_than_the_one_that_wrote(
    written_by: str, reviewed_by: str
) -> None:
    result = await audit(reviewer("a"), reviewer("b"), written_by=written_by)
    assert result.provider == reviewed_by
    assert result.approved


async def test_where_there_is_one_model_it_reviews_its_own() -> None:
    result = await audit(reviewer("a"), written_by="model-a")
    assert result.provider == "a"


async def test_a_review_that_says_nothing_approves_of_nothing() -> None:
    silent = ReviewCode(issues=[], summary=" \n").model_dump_json()
    provider = ScriptedProvider("a", [reply(silent, function="review_code", model="a")])
    with pytest.raises(ReplyInvalid) as caught:
        await audit(provider)
    assert caught.value.reason == "empty"


def test_issues_are_told_one_a_line() -> None:
    found: Any = ReviewCode.model_validate_json(review("major")).issues
    assert as_feedback(tuple(found)) == ("- main.py:3 (major, security): runs what is typed")
    nowhere = found[0].model_copy(update={"line": None})
    assert as_feedback((nowhere,)).startswith("- main.py (major")


def test_a_file_without_lines_is_still_named() -> None:
    assert numbered({"main.py": ""}) == "=== main.py ==="
