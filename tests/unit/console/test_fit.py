"""Lines are wrap_line between words, and only for a terminal."""

from __future__ import annotations

import io

import pytest

from console.view.output import print_fitting, wrap_line

LONG = "  failed   test_failed: " + "the tests are too weak and say so " * 5


def test_a_line_is_broken_between_words_under_its_label() -> None:
    lines = wrap_line(LONG, 80)
    assert len(lines) > 1
    assert all(len(line) <= 80 for line in lines)
    assert " ".join(" ".join(lines).split()) == " ".join(LONG.split())
    assert all(line.startswith(" " * 11) for line in lines[1:])


def test_a_word_that_is_longer_than_the_terminal_stays_whole() -> None:
    word = "/a/very/long/path" * 8
    assert f"{' ' * 11}{word}" in wrap_line(f"  files    is in {word}", 80)


@pytest.mark.parametrize("label", ["try", "stop", "again", "resume"])
def test_a_command_stays_on_one_line_to_be_copied(label: str) -> None:
    line = f"  {label:8} ai-assisted-deploy resume 20261121-004512-x7k2 --workspace {'/deep' * 12}"
    assert wrap_line(line, 80) == [line]


def test_what_is_quoted_stays_marked_as_quoted() -> None:
    lines = wrap_line(f"           | {'assert add(1, 2) == 3 ' * 6}", 80)
    assert all(line.startswith("           | ") for line in lines)


def test_a_pipe_gets_the_line_as_it_is() -> None:
    pipe = io.StringIO()
    print_fitting([LONG], pipe)
    assert pipe.getvalue() == f"{LONG}\n"
