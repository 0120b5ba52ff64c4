"""A command that the tool prints can be pasted where the person stands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ledger.connection import database_url
from ledger.database import open_ledger

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The tool's commands in a folder whose name has a space, a quote and an umlaut."""
    place = tmp_path / "Ada's Gerät 1" / "bin"
    place.mkdir(parents=True)
    (place / "python").symlink_to(sys.executable)
    script = (BIN / "ai-assisted-deploy").read_text().splitlines(keepends=True)
    tool = place / "ai-assisted-deploy"
    tool.write_text(f"#!{sys.executable}\n" + "".join(script[1:]))
    tool.chmod(0o755)
    return place


def printed(argv: list[str | Path], here: Path, path: str = os.defpath) -> str:
    """The command that a `show` of no run prints: "… runs" lists them."""
    with TemporaryDirectory() as repository:
        state = Path(repository, ".ai-deploy")
        state.mkdir(mode=0o700)
        with open_ledger(database_url({}, state)):
            pass
        ended = subprocess.run(
            [*argv, "show", "none", "--workspace", repository],
            cwd=here,
            env={"PATH": path, "HOME": str(here), "LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 2, ended.stderr
    return ended.stderr.partition("`")[2].partition("`")[0]


def answers(command: str, here: Path, path: str = os.defpath) -> bool:
    """Whether a shell finds what the command names: --help is all that is asked of it."""
    ended = subprocess.run(
        ["/bin/sh", "-c", f"{command} --help"],
        cwd=here,
        env={"PATH": path, "HOME": str(here), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode == 0 and "Usage: ai-assisted-deploy runs" in ended.stdout


def test_by_its_path_from_another_folder(installed: Path, tmp_path: Path) -> None:
    command = printed([installed / "ai-assisted-deploy"], tmp_path)
    assert answers(command, tmp_path), command


def test_by_a_path_below_the_current_folder(installed: Path) -> None:
    here = installed.parent
    command = printed(["bin/ai-assisted-deploy"], here)
    assert command == "bin/ai-assisted-deploy runs"
    assert answers(command, here)


def test_in_the_current_folder_itself(installed: Path) -> None:
    command = printed(["./ai-assisted-deploy"], installed)
    assert command == "./ai-assisted-deploy runs"
    assert answers(command, installed)


def test_by_its_name_where_the_path_leads_to_it(installed: Path, tmp_path: Path) -> None:
    path = f"{installed}:{os.defpath}"
    command = printed([installed / "ai-assisted-deploy"], tmp_path, path)
    assert command == "ai-assisted-deploy runs"
    assert answers(command, tmp_path, path)


def test_by_its_path_where_the_path_leads_to_another_one(installed: Path, tmp_path: Path) -> None:
    path = f"{BIN}:{os.defpath}"
    command = printed([installed / "ai-assisted-deploy"], tmp_path, path)
    assert "Gerät" in command
    assert answers(command, tmp_path, path)


def test_as_a_module(tmp_path: Path) -> None:
    command = printed([sys.executable, "-m", "console.cli"], tmp_path)
    assert command == f"{BIN / 'ai-assisted-deploy'} runs"
    assert answers(command, tmp_path)


def test_as_a_script_of_a_clone() -> None:
    command = printed([sys.executable, "scripts/ai-assisted-deploy.py"], ROOT)
    assert command.endswith("scripts/ai-assisted-deploy.py runs")
    assert answers(command, ROOT), command
