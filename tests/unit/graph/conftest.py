from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """An empty git repository with an identity of its own."""
    root = tmp_path / "repository"
    for command in (
        ["git", "init", "--quiet", "--initial-branch=main", str(root)],
        ["git", "-C", str(root), "config", "user.name", "Somebody"],
        ["git", "-C", str(root), "config", "user.email", "somebody@example.org"],
    ):
        subprocess.run(command, check=True)
    return root
