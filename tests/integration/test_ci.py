"""A run with a remote and GitHub's API beside it, as a script calls it; watch and init alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.command import Command
from tests.integration.oracle import Oracle, tasks
from tests.servers.github.server import ANY, REPOSITORY, GitHubServer, Job, Run
from tests.servers.wire import ModelServer

TASK = tasks()["humaneval-3"]
ORDER = ("--feature", TASK.id, "--requirements", TASK.requirements, "--mode", "CODE", "--no-input")
LOG = (
    b"2026-11-30T10:00:01.0Z ##[group]Run ai-assisted-deploy check\n"
    b"2026-11-30T10:00:02.0Z ModuleNotFoundError: No module named 'cv2'\n"
    b"2026-11-30T10:00:03.0Z ##[error]Process completed with exit code 1.\n"
)


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    with GitHubServer() as server:
        yield server
    assert server.violations == []


@pytest.fixture
def tool(tool: Command, github: GitHubServer, tmp_path: Path) -> Iterator[Command]:
    """The command in a repository whose remote is on GitHub, as far as it can tell."""
    (tool.root / "README.md").write_text("first\n")
    tool.git("add", ".")
    tool.git("commit", "-q", "-m", "docs: begin")
    tool.git("clone", "-q", "--bare", ".", str(tmp_path / "remote.git"))
    tool.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    with ModelServer(Oracle()) as model:
        environ = {
            **tool.environ,
            **github.environ,
            "OPENAI_BASE_URL": f"{model.url}/v1",
            "AI_DEPLOY_QUALITY_MUTATION": "off",
            "AI_DEPLOY_GITHUB_REPOSITORY": REPOSITORY,
            "AI_DEPLOY_GITHUB_POLL_INTERVAL_SECONDS": "1",
            "AI_DEPLOY_GITHUB_GRACE_SECONDS": "0",
        }
        yield replace(tool, environ=environ)


def steps(result: dict[str, object]) -> dict[str, str]:
    listed = result["steps"]
    assert isinstance(listed, list)
    return {one["name"]: one["status"] for one in listed}


def test_a_feature_is_pushed_and_watched(tool: Command, github: GitHubServer) -> None:
    states = [("queued", None), ("in_progress", None), ("completed", "success")]
    github.runs.append(Run(ANY, states, jobs=[Job("test")]))
    ended = tool.call(*ORDER, "--json")
    assert ended.exit_code == 0, ended.said
    result = ended.result
    assert (result["status"], result["pushed"]) == ("done", True)
    assert steps(result)["await_ci"] == "done"
    assert github.runs[0].sha == result["commit"] == tool.git("rev-parse", "HEAD")
    assert "test / Run tests: success in 12 s" in ended.stderr


def test_the_failing_jobs_log_is_the_error(tool: Command, github: GitHubServer) -> None:
    jobs = [Job("lint"), Job("test", "failure", [("Run tests", "failure")], LOG)]
    github.runs.append(Run(ANY, [("completed", "failure")], jobs=jobs))
    ended = tool.call(*ORDER, "--json")
    assert ended.exit_code == 1, ended.said
    error = ended.result["error"]
    assert error["type"] == "missing_dependency"
    assert error["evidence"][0] == "ModuleNotFoundError: No module named 'cv2'"
    assert "actions/runs/" in error["next"]
    github.runs[0].states = [("completed", "success")]
    again = tool.call("--feature", TASK.id, "--mode", "CODE", "--recovery-mode", "--json")
    assert again.exit_code == 0, again.said
    assert tool.git("rev-list", "--count", "HEAD") == "2"


@pytest.mark.parametrize(
    ("state", "code", "word"),
    [
        (("completed", "success"), 0, "passed"),
        (("completed", "failure"), 1, "failed"),
        (("completed", "cancelled"), 1, "failed"),
        (("completed", "skipped"), 1, "not run"),
        (("completed", "action_required"), 3, "approval"),
    ],
)
def test_watch_alone(
    tool: Command, github: GitHubServer, state: tuple[str, str], code: int, word: str
) -> None:
    head = tool.git("rev-parse", "HEAD")
    github.runs.append(Run(head, [state], jobs=[Job("test", state[1], log=LOG)]))
    ended = tool.call("watch")
    assert (ended.exit_code, ended.stdout.startswith(f"{word}: ")) == (code, True), ended.said
    shown = tool.call("watch", head[:10], "--json").result
    assert (shown["sha"], shown["end"]) == (head, word.replace(" ", "_"))


def test_watch_says_what_it_lacks(tool: Command) -> None:
    ended = replace(tool, environ={**tool.environ, "GITHUB_TOKEN": ""}).call("watch")
    assert (ended.exit_code, "no GITHUB_TOKEN" in ended.stderr) == (2, True)
    ended = tool.call("watch", "nothing")
    assert (ended.exit_code, "there is no commit nothing" in ended.stderr) == (2, True)
    ended = tool.call("watch")
    assert (ended.exit_code, ended.stdout.startswith("not yet: ")) == (1, True)


def test_init_writes_the_workflow_once_and_over_nobodys(tool: Command) -> None:
    file = tool.root / ".github" / "workflows" / "feature-deploy.yml"
    first = tool.call("init")
    assert (first.exit_code, "written" in first.stdout) == (0, True)
    text = file.read_text()
    assert "is current" in tool.call("init").stdout
    file.write_text(f"{text}# mine\n")
    kept = tool.call("init")
    assert (kept.exit_code, "--force" in kept.stderr) == (2, True)
    assert file.read_text().endswith("# mine\n")
    assert tool.call("init", "--force").exit_code == 0
    assert file.read_text() == text
