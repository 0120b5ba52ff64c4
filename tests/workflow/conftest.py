from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.github.server import GitHubServer
from tests.workflow.scripted import Runner


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """An empty git repository with an identity of its own."""
    root = tmp_path / "repository"
    for command in (
        ["git", "init", "--quiet", "--initial-branch=main", str(root)],
        ["git", "-C", str(root), "config", "user.name", "Somebody"],
        ["git", "-C", str(root), "config", "user.email", "somebody@example.org"],
    ):
        subprocess.run(command, check=True)
    return Runner(root)


@pytest.fixture
def remote(runner: Runner, tmp_path: Path) -> Path:
    place = tmp_path / "remote.git"
    runner.git("commit", "-q", "--allow-empty", "-m", "docs: begin")
    runner.git("clone", "-q", "--bare", ".", str(place))
    runner.git("remote", "add", "origin", str(place))
    return place


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    with GitHubServer() as server:
        yield server
    assert server.violations == []
