"""rules: what was learned is listed, exported and forgotten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ledger.connection import database_url
from ledger.database import open_ledger
from tests.unit.console.test_looking import Look
from tests.unit.console.test_looking import look as look  # a fixture

FIX = {
    "step": "commit",
    "signature": "5" * 16,
    "kind": "auditor_reject",
    "action": "CODE_FIX",
    "target": "",
    "cause": "a docstring is missing \x1b[2J",
}
OTHER = {**FIX, "signature": "6" * 16}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Two rules, of which one was dropped, and a record that cannot be read."""
    state = tmp_path / ".ai-deploy"
    state.mkdir()
    with open_ledger(database_url({}, state)) as ledger:
        ledger.fixes.record("one", 1, FIX, worked=True)
        ledger.fixes.record("one", 2, OTHER, worked=False)
        ledger.fixes.record("two", 1, {"kind": 5}, worked=True)
        ledger.fixes.record("two", 2, FIX, worked=True)
    return tmp_path


def test_no_rules_is_no_error(look: Look, tmp_path: Path) -> None:
    (tmp_path / ".ai-deploy").mkdir()
    assert look("rules")[:2] == (0, "no rules yet\n")
    assert json.loads(look("rules", "--json")[1]) == {"schema": 1, "rules": [], "skipped": []}


def test_rules_are_listed_the_best_first_and_what_is_skipped_is_said(
    look: Look, workspace: Path
) -> None:
    code, out, _ = look("rules")
    assert code == 0
    assert "\x1b" not in out
    assert "suggested  commit: CODE_FIX" in out
    assert "auditor reject: a docstring is missing" in out
    assert "worked 2 times, failed 0 times" in out
    assert "skipped: recovery 1 of run two: it has no step" in out
    shown = json.loads(look("rules", "--json")[1])
    assert [rule["status"] for rule in shown["rules"]] == ["suggested", "dropped"]
    assert [(rule["worked"], rule["failed"]) for rule in shown["rules"]] == [(2, 0), (0, 1)]
    assert len(shown["skipped"]) == 1


def test_every_recorded_fix_is_exported(look: Look, workspace: Path) -> None:
    code, out, _ = look("rules", "export")
    assert code == 0
    lines = [json.loads(line) for line in out.splitlines()]
    assert [(line["run_id"], line["round"], line["worked"]) for line in lines] == [
        ("one", 1, True),
        ("one", 2, False),
        ("two", 1, True),
        ("two", 2, True),
    ]
    assert lines[0]["fix"] == FIX


def test_a_rule_is_forgotten_with_its_fixes(look: Look, workspace: Path) -> None:
    first, second = json.loads(look("rules", "--json")[1])["rules"]
    assert look("rules", "forget", first["rule"])[:2] == (0, "forgot 2 fixes\n")
    assert json.loads(look("rules", "--json")[1])["rules"] == [second]
    assert look("rules", "forget", "--all")[:2] == (0, "forgot 2 fixes\n")
    assert look("rules", "export")[:2] == (0, "")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("forget",), "name the rules to forget"),
        (("forget", "--all", "12345678"), "name the rules to forget"),
        (("forget", "12345678"), "there is no rule 12345678"),
        (("--json", "export"), "options go after `export`"),
    ],
)
def test_wrong_use_is_refused_and_changes_nothing(
    look: Look, workspace: Path, arguments: tuple[str, ...], why: str
) -> None:
    code, _, err = look("rules", *arguments)
    assert code == 2
    assert why in err
    assert len(json.loads(look("rules", "--json")[1])["rules"]) == 2
