"""What a user types or sets is used, or refused with the nearest right name or form."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.demo import REQUIREMENTS
from tests.integration.command import Command

ORDER = ("--feature", "orders", "--requirements", REQUIREMENTS, "--mode", "CODE")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("AI_DEPLOY_DEPLOYMENT_MAX_RETRY", "AI_DEPLOY_DEPLOYMENT_MAX_RETRIES"),
        ("AI_DEPLOY_QUALITY_REVEW", "AI_DEPLOY_QUALITY_REVIEW"),
        ("AI_DEPLOY_NOTHING_LIKE_IT_AT_ALL", "config show"),
    ],
)
@pytest.mark.parametrize("command", [ORDER, ("config", "show")])
def test_an_unknown_variable_is_refused_with_the_nearest_name(
    tool: Command, name: str, expected: str, command: tuple[str, ...]
) -> None:
    ended = replace(tool, environ={**tool.environ, name: "5"}).call(*command)
    assert ended.exit_code == 2
    assert f"${name}" in ended.stderr
    assert expected in ended.stderr


def test_an_unknown_variable_of_the_env_file_is_refused_as_well(tool: Command) -> None:
    (tool.root / ".env").write_text("AI_DEPLOY_QUALITY_REVEW=off\n")
    ended = tool.call(*ORDER)
    assert ended.exit_code == 2
    assert "AI_DEPLOY_QUALITY_REVIEW" in ended.stderr


def test_the_variables_of_processes_that_the_tool_starts_are_no_settings(tool: Command) -> None:
    inside = replace(tool, environ={**tool.environ, "AI_DEPLOY_RUN": "20261121-000000-x7k2"})
    assert inside.call("config", "show").exit_code == 0


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", "21.11.2026"])
def test_an_unreadable_since_is_refused_with_the_right_form(tool: Command, since: str) -> None:
    ended = tool.call("usage", "--since", since)
    assert ended.exit_code == 2
    assert since in ended.stderr
    assert "2026-11-21T14:30" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((*ORDER, "--keep"), "mode CODE starts no service"),
        ((*ORDER, "--recovery-mode", "--no-regenerate"), "contradicts --recovery-mode"),
        ((*ORDER, "--dry-run", "--events", "events.ndjson"), "--events: goes without --dry-run"),
        (("runs", "--limit", "0"), "0 is not in the range"),
        (("runs", "--limit", "-1"), "-1 is not in the range"),
    ],
)
def test_what_would_be_ignored_is_refused(
    tool: Command, arguments: tuple[str, ...], expected: str
) -> None:
    ended = tool.call(*arguments)
    assert ended.exit_code == 2
    assert expected in ended.stderr
