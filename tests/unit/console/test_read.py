"""read: what the offline model reads, or why it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli import main

Read = Callable[..., tuple[int, str, str]]

NOTES = "A note has a title (text). Notes can be created."


@pytest.fixture
def read(capsys: pytest.CaptureFixture[str]) -> Read:
    """Calls the command; gives exit code, output and errors."""

    def called(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["read", *arguments])
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, out, err

    return called


def test_the_reading_is_shown(read: Read) -> None:
    code, out, _ = read("--requirements", NOTES)
    assert code == 0
    assert out.splitlines() == [
        "note",
        "  title  text from 1 to 10000 characters",
        "  POST /notes",
        "assumed: The title of the note has from 1 to 10000 characters.",
    ]


def test_a_file_is_read(read: Read, tmp_path: Path) -> None:
    file = tmp_path / "wish.md"
    file.write_text(NOTES)
    found = json.loads(read("--requirements-file", str(file), "--json")[1])
    assert found["reading"][0] == "note"
    assert found["error"] is None


def test_a_refusal_ends_with_code_4_and_a_sentence_that_is_accepted(read: Read) -> None:
    text = "A note has a title (string). Notes can be created."
    code, _, err = read("--requirements", text)
    assert code == 4
    assert "accepted: A note has a title (text)." in err


def test_a_refusal_as_json_has_the_same_code(read: Read) -> None:
    code, out, _ = read("--requirements", "Notes.", "--json")
    assert code == 4
    found = json.loads(out)
    assert (found["reading"], found["error"]["type"]) == ([], "NotUnderstood")


def test_without_requirements_it_says_what_is_missing(read: Read) -> None:
    code, _, err = read()
    assert code == 2
    assert "--requirements" in err
