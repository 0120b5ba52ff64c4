"""What is imported when: looking at things costs neither langgraph nor a vendor."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("langgraph", "langchain", "openai", "anthropic", "google.genai")
ROOT = Path(__file__).resolve().parents[3]


def imported(folder: Path, *arguments: str) -> set[str]:
    """Every module that a command has imported, as -X importtime tells of it."""
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "console.cli", *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    shown = [line for line in ended.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip() for line in shown}


def those_of(modules: set[str], names: tuple[str, ...]) -> set[str]:
    return {
        module
        for module in modules
        if module.startswith(tuple(f"{name}." for name in names)) or module in names
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / ".ai-deploy").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["runs"], ["config", "show"], ["usage"], ["resume", "--help"]],
    ids=" ".join,
)
def test_looking_imports_neither_langgraph_nor_a_vendor(folder: Path, arguments: list[str]) -> None:
    modules = imported(folder, *arguments)
    assert "click" in modules, "else nothing was looked at"
    assert those_of(modules, HEAVY) == set()


def test_help_imports_no_room_but_its_own(folder: Path) -> None:
    modules = imported(folder, "--help")
    rooms = ("graph", "assistant", "provisioner", "ledger")
    assert those_of(modules, rooms) == set()
    assert "rich" not in modules


NOTES = "A note has a title (text). Notes can be created."


def test_a_dry_run_imports_neither_langgraph_nor_a_vendor(folder: Path) -> None:
    request = ("--feature", "x", "--requirements", NOTES, "--dry-run")
    modules = imported(folder, *request)
    assert "graph.run.preview" in modules
    assert those_of(modules, HEAVY) == set()
