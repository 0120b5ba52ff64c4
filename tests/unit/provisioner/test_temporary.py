"""Temporary folders tell whose they are; those of the dead are removed, and no others."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.process import this_process
from provisioner.files.temporary import (
    private_folder,
    private_prefix,
    remove_abandoned,
    remove_staged,
    system_folder,
)


def _dead_pid() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


@pytest.mark.parametrize("kind", ["judge", "sandbox", "service-test", "openapi", "replay"])
def test_a_folder_of_a_dead_process_is_removed_with_all_in_it(tmp_path: Path, kind: str) -> None:
    ours = private_prefix(kind).split(".")
    dead = tmp_path / ".".join([ours[0], str(_dead_pid()), *ours[2:-1], "x1y2z3"])
    (dead / "inside").mkdir(parents=True)
    (dead / "inside" / "report.json").write_text("{}")
    assert remove_abandoned(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


def _make_deep(folder: Path) -> None:
    """A chain of folders that is deeper than Python's calls go, as judged code may make one."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(sys.getrecursionlimit() + 100):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def test_a_folder_is_removed_however_deep_it_is(tmp_path: Path) -> None:
    ours = private_prefix("judged").split(".")
    dead = tmp_path / ".".join([ours[0], str(_dead_pid()), *ours[2:-1], "x1y2z3"])
    dead.mkdir()
    (dead / "beside").mkdir()
    _make_deep(dead)
    assert remove_abandoned(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []
    with private_folder("judged") as private:
        _make_deep(Path(private))
    assert not Path(private).exists()


def test_a_folder_of_a_living_process_stays(tmp_path: Path) -> None:
    (tmp_path / f"{private_prefix('judge')}x1y2z3").mkdir()
    assert remove_abandoned(tmp_path) == 0


def test_a_later_process_of_the_same_number_does_not_keep_it(tmp_path: Path) -> None:
    (tmp_path / f"ai-deploy.{this_process().pid}.1.judge.x1y2z3").mkdir()
    assert remove_abandoned(tmp_path) == 1


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    for name in ("ai-deploy", "ai-deploy.txt", f"other.{_dead_pid()}.1.judge.x", "tmpabc"):
        (tmp_path / name).mkdir()
    assert remove_abandoned(tmp_path) == 0


def test_half_written_files_are_removed_and_no_others(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    left = tmp_path / "below" / ".main.py.0123abcd.tmp"
    for path in (left, tmp_path / ".main.py.tmp", tmp_path / "main.py"):
        path.write_text("x")
    assert remove_staged(tmp_path) == 1
    assert not left.exists()


def test_two_commands_that_start_at_once_clear_away_side_by_side(tmp_path: Path) -> None:
    pid = _dead_pid()
    for number in range(300):
        (tmp_path / f"ai-deploy.{pid}.1.judge.x{number}").mkdir()
    with ThreadPoolExecutor(4) as pool:
        removed = list(pool.map(remove_abandoned, [tmp_path] * 4))
    assert max(removed) > 0
    assert list(tmp_path.iterdir()) == []


def test_the_systems_folder_is_found_without_a_trial_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_get_default_tempdir", lambda: opened.append("a file"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "missing"))
    monkeypatch.setenv("TEMP", str(tmp_path))
    assert system_folder() == str(tmp_path)
    with private_folder("replay") as folder:
        assert list(tmp_path.iterdir()) == [Path(folder)]
    assert (list(tmp_path.iterdir()), opened) == ([], [])
