"""read: what the offline model reads, or why it refuses."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from console.commands.read import command

NOTES = "A note has a title (text). Notes can be created."


def test_the_reading_is_shown() -> None:
    ended = CliRunner().invoke(command, ["--requirements", NOTES], standalone_mode=False)
    assert ended.return_value == 0
    assert ended.output.splitlines() == [
        "note",
        "  title  text from 1 to 10000 characters",
        "  POST /notes",
        "assumed: The title of the note has from 1 to 10000 characters.",
    ]


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "wish.md"
    file.write_text(NOTES)
    arguments = ["--requirements-file", str(file), "--json"]
    ended = CliRunner().invoke(command, arguments, standalone_mode=False)
    found = json.loads(ended.output)
    assert found["reading"][0] == "note"
    assert found["error"] is None


def test_a_refusal_ends_with_code_4_and_a_sentence_that_is_accepted() -> None:
    text = "A note has a title (string). Notes can be created."
    ended = CliRunner().invoke(command, ["--requirements", text])
    assert ended.exit_code == 4
    assert "accepted: A note has a title (text)." in ended.output


def test_a_refusal_as_json_has_the_same_code() -> None:
    arguments = ["--requirements", "Notes.", "--json"]
    ended = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert ended.return_value == 4
    found = json.loads(ended.output)
    assert (found["reading"], found["error"]["type"]) == ([], "NotUnderstood")


def test_without_requirements_it_says_what_is_missing() -> None:
    ended = CliRunner().invoke(command, [])
    assert ended.exit_code == 2
    assert "--requirements" in ended.output
