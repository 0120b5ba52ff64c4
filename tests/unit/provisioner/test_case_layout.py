"""The cases are complete: each can be run, each change of main.py fits, each says what it is."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

CASES = Path(__file__).parents[2] / "cases"
#: Folder, how many cases it holds at least, and the file that says what each is for.
FOLDERS = {
    "honest2": (100, "wrong.json"),
    "vacuous": (40, "unnoticed.json"),
    "vacuous_neighbours": (12, "wrong.json"),
    "tables": (20, "main.py"),
    "hostile2/pairs": (60, "main.py"),
}
ALL = [case for folder in FOLDERS for case in sorted((CASES / folder).iterdir())]


def name_of(case: Path) -> str:
    return case.relative_to(CASES).as_posix()


@pytest.mark.parametrize("folder", FOLDERS)
def test_there_are_enough(folder: str) -> None:
    least, needed = FOLDERS[folder]
    cases = list((CASES / folder).iterdir())
    assert len(cases) >= least
    assert [case.name for case in cases if not (case / needed).exists()] == []


@pytest.mark.parametrize("case", ALL, ids=name_of)
def test_both_files_are_python(case: Path) -> None:
    for name in ("main.py", "test.py"):
        assert ast.parse((case / name).read_bytes()).body


@pytest.mark.parametrize("case", ALL, ids=name_of)
def test_each_change_fits_once_and_leaves_python(case: Path) -> None:
    main = (case / "main.py").read_text()
    for name in ("wrong.json", "unnoticed.json"):
        path = case / name
        changes = json.loads(path.read_text()) if path.exists() else [{"old": main, "new": ""}]
        assert changes
        for change in changes:
            assert main.count(change["old"]) == 1
            assert change["new"] != change["old"]
            ast.parse(main.replace(change["old"], change["new"]))


def test_every_vacuous_suite_says_what_it_does() -> None:
    for case in (CASES / "vacuous").iterdir():
        assert (case / "note.md").read_text().strip()
