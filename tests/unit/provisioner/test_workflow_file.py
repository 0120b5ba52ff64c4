"""The workflow that `init` writes: valid, with least permissions, nothing unpinned or injected."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from provisioner.github.workflow_file import WORKFLOW, workflow_file


@pytest.fixture(scope="module")
def parsed() -> Any:
    return yaml.safe_load(workflow_file())


def test_it_is_valid_by_the_published_schema(tmp_path: Path) -> None:
    file = tmp_path / "feature-deploy.yml"
    file.write_text(workflow_file())
    schema = ("--builtin-schema", "vendor.github-workflows")
    argv = [sys.executable, "-m", "check_jsonschema", *schema, str(file)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_action_is_pinned_by_its_whole_hash() -> None:
    used = re.findall(r"uses: (.+)", workflow_file())
    assert used
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one) for one in used)


def test_it_may_do_no_more_than_it_needs(parsed: Any) -> None:
    assert parsed["permissions"] == {}
    assert parsed["jobs"]["test"]["permissions"] == {"contents": "read"}
    assert parsed["jobs"]["deploy"]["permissions"] == {"contents": "read", "id-token": "write"}
    assert parsed[True] == {"push": {"paths": ["behaviors/**"]}}
    assert "secrets." not in workflow_file()


def test_nothing_of_a_commit_is_pasted_into_a_script(parsed: Any) -> None:
    """A trailer is anybody's text: scripts get it as a variable, checked against a pattern."""
    steps = [step for job in parsed["jobs"].values() for step in job["steps"]]
    scripts = [step["run"] for step in steps if "run" in step]
    assert len(scripts) >= 6
    assert not any("${{" in script for script in scripts)


def test_every_script_is_shell(parsed: Any) -> None:
    for job in parsed["jobs"].values():
        for step in job["steps"]:
            subprocess.run(["bash", "-n"], input=step.get("run", "").encode(), check=True)


@pytest.mark.parametrize(
    ("message", "feature"),
    [
        ("feat: x\n\nFeature: orders\nRun: 1\n", "orders"),
        ("feat: x\n\nRun: 1\nFeature: gone\n", ""),
        ("feat: x\n\nFeature: orders\nFeature: other\n", ""),
        ("feat: x\n\nFeature: ../orders\n", ""),
        ("feat: x\n\nFeature: $(touch ran)\n", ""),
        ("feat: Feature: orders\n", ""),
    ],
)
def test_the_feature_is_the_one_that_the_commits_trailer_names(
    tmp_path: Path, parsed: Any, message: str, feature: str
) -> None:
    def git(*arguments: str) -> str:
        own = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        argv = ["git", *own, *arguments]
        done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    (tmp_path / "behaviors" / "orders").mkdir(parents=True)
    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", message)
    [script] = [step["run"] for step in parsed["jobs"]["test"]["steps"] if step.get("id")]
    output = tmp_path / "output"
    environ = {"GITHUB_SHA": git("rev-parse", "HEAD"), "GITHUB_OUTPUT": str(output)}
    subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=tmp_path,
        env={**environ, "PATH": "/usr/local/bin:/usr/bin:/bin"},
        check=True,
        capture_output=True,
    )
    written = output.read_text() if output.exists() else ""
    assert written == (f"feature={feature}\n" if feature else "")
    assert not (tmp_path / "ran").exists()


def test_it_is_kept_where_github_looks() -> None:
    assert WORKFLOW == ".github/workflows/feature-deploy.yml"
