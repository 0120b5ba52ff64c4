"""What a person sees while a run goes on: lines without a terminal, a table with one."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from console.view.live import LiveView
from console.view.view import View, event_line, open_view
from graph.events import (
    BuildLine,
    Event,
    Logged,
    ModelCalled,
    Noted,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
)

CALLED = ModelCalled(
    step="generate_main",
    function="generate_main_code",
    provider="openai",
    model="gpt-9",
    input_tokens=1200,
    output_tokens=34,
    usd=0.0125,
    seconds=2.5,
    recalled=False,
    said="a loop is enough",
)
STORY: list[Event] = [
    RunStarted("orders", "CODE", False, ("scaffold", "generate_main"), "bwrap", "behaviors/orders"),
    StepStarted("scaffold", 1),
    StepFinished("scaffold", 1, "done", 0.25, "2 files laid"),
    StepStarted("generate_main", 1),
    CALLED,
    StepFinished("generate_main", 1, "again", 1.0, "red, 1 of 2 passed"),
    StepStarted("generate_main", 2),
]


def test_without_a_terminal_every_event_is_a_line_with_its_time() -> None:
    stream = io.StringIO()
    view = View(stream, now=lambda: "12:00:00")
    for event in [*STORY, Logged("a decision"), RunFinished("done", 0, 6.14)]:
        view.show(event)
    assert stream.getvalue().splitlines() == [
        "12:00:00 run started: orders, mode CODE, sandbox bwrap",
        "12:00:00 scaffold",
        "12:00:00 scaffold: done in 0.2 s. 2 files laid",
        "12:00:00 generate_main",
        "12:00:00   gpt-9: 1200 + 34 tokens, $0.0125, 2.5 s. a loop is enough",
        "12:00:00 generate_main: again in 1.0 s. red, 1 of 2 passed",
        "12:00:00 generate_main, round 2",
        "12:00:00 run done after 6.1 s",
    ]


def test_the_price_of_a_call_is_told_as_it_is() -> None:
    assert "unpriced" in event_line(replace(CALLED, usd=None))
    assert "not paid again" in event_line(replace(CALLED, recalled=True))


def test_an_event_stays_one_line_and_moves_no_cursor() -> None:
    line = event_line(Noted("first\nsecond\x1b[2J\x1b]0;title\a"))
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line
    assert "\a" not in line


def test_standard_error_that_is_no_terminal_gets_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with open_view(plain=False) as view:
        view.show(Noted("hello"))
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"\d\d:\d\d:\d\d hello\n", err)


def drawn(*events: Event) -> str:
    """What a terminal of 100 columns is sent."""
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=100)
    with LiveView(console) as view:
        for event in events:
            view.show(event)
    return stream.getvalue()


def without_codes(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def test_a_terminal_shows_steps_rounds_words_tokens_and_cost() -> None:
    shown = without_codes(drawn(*STORY))
    assert "orders, mode CODE" in shown
    assert re.search(r"✓\s+scaffold\s+0\.2 s\s+2 files laid", shown)
    assert re.search(r"generate_main\s+round 2", shown)
    assert "a loop is enough" in shown
    assert "1,234 tokens, $0.0125" in shown


def test_marks_and_words_survive_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    story = [*STORY, StepFinished("generate_main", 2, "failed", 1.0, "spent")]
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert re.search(r"\x1b\[[0-9;]*3[0-7]m", drawn(*story))
    monkeypatch.setenv("NO_COLOR", "1")
    plain = drawn(*story)
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", plain)
    assert re.search(r"✗\s+generate_main", without_codes(plain))


def test_the_step_that_builds_shows_the_latest_line() -> None:
    building = [StepStarted("container_tests", 1), BuildLine("RUN uv pip \x1b[2Jinstall")]
    shown = without_codes(drawn(*STORY[:3], *building))
    assert re.search(r"container_tests\s+\S* *s? *RUN uv pip .*install", shown)
    assert re.search(r"scaffold\s+0\.2 s\s+2 files laid", shown)
    ended = without_codes(
        drawn(*building, StepFinished("container_tests", 1, "done", 1.0, "green"))
    )
    assert re.search(r"container_tests\s+1\.0 s\s+green", ended)


def test_notes_are_printed_above_the_table() -> None:
    shown = without_codes(drawn(*STORY, Noted("the provider waits")))
    assert "the provider waits" in shown
    assert shown.index("the provider waits") < shown.rindex("scaffold")


def test_what_models_say_moves_no_cursor() -> None:
    shown = drawn(
        *STORY, Noted("\x1b[2J"), StepFinished("generate_main", 2, "done", 1.0, "\x1b]0;x\a")
    )
    assert "\x1b[2J" not in shown
    assert "\x1b]0;x" not in shown


def test_the_table_stands_aside_for_a_question_and_comes_back() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=100)
    with LiveView(console) as view:
        for event in STORY:
            view.show(event)
        with view.suspended():
            before = stream.getvalue()
            view.show(Noted("asked"))
            meanwhile = without_codes(stream.getvalue()[len(before) :])
            console.print("Approve?")
    after = without_codes(stream.getvalue())
    assert "scaffold" not in meanwhile, "the table is not drawn where something is asked"
    assert "scaffold" in after[after.index("Approve?") :]


def test_a_terminal_that_cannot_redraw_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    class Dumb(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Dumb()
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr("sys.stderr", stream)
    with open_view(plain=False) as view:
        view.show(Noted("hello"))
        assert stream.getvalue().endswith(" hello\n")
