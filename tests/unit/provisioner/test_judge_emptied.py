"""A folder is emptied of anything, and of nothing outside of it."""

from __future__ import annotations

import os
from pathlib import Path

from provisioner.judge.inside.emptied import empty

DEEP = 3000


def test_a_tree_deeper_than_any_path_is_removed(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    here = os.open(place, os.O_RDONLY)
    for _ in range(DEEP):
        os.mkdir("deep", dir_fd=here)
        below = os.open("deep", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    empty(str(place))
    assert list(place.iterdir()) == []


def test_wide_trees_links_and_shut_folders_are_removed(tmp_path: Path) -> None:
    place, outside = tmp_path / "place", tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    for name in ("a/b/c", "a/d", "e"):
        (place / name).mkdir(parents=True)
        (place / name / "file").write_text("x")
    (place / "a" / "link").symlink_to(outside)
    (place / "file").symlink_to(outside / "kept")
    (place / "a" / "d").chmod(0)
    empty(str(place))
    assert list(place.iterdir()) == []
    assert (outside / "kept").read_text() == "kept"


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    empty(str(tmp_path / "none"))
    assert not (tmp_path / "none").exists()


def test_what_was_there_before_is_left_as_it_was(tmp_path: Path) -> None:
    place = tmp_path / "place"
    (place / "packages" / "below").mkdir(parents=True)
    (place / "packages").chmod(0o755)
    (place / "interpreter").write_text("kept")
    (place / "new" / "packages").mkdir(parents=True)
    empty(str(place), kept=["packages", "interpreter"])
    assert sorted(path.name for path in place.iterdir()) == ["interpreter", "packages"]
    assert (place / "packages").stat().st_mode & 0o777 == 0o755
    assert (place / "packages" / "below").is_dir()
