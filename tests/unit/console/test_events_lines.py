"""--events: one JSON object a line, as it happens, and no run lost to it."""

from __future__ import annotations

import json
import os
from contextlib import closing
from pathlib import Path

import pytest

from console.view.view import EventsFile
from graph.errors import ConfigError


def test_each_event_is_a_line_that_is_there_at_once(tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    with closing(EventsFile(path, print)) as file:
        for number in range(2):
            file.write({"event": "noted", "text": f"línea\n{number}"})
            lines = path.read_text("utf-8").splitlines()
            assert [json.loads(line)["text"][-1] for line in lines] == list("01")[: number + 1]


def test_what_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    path.write_text('{"event": "before"}\n')
    with closing(EventsFile(path, print)) as file:
        file.write({"event": "after"})
    assert path.read_text() == '{"event": "before"}\n{"event": "after"}\n'


@pytest.mark.parametrize("place", [".", "nowhere/events.ndjson"])
def test_a_place_where_no_file_can_be_is_refused_before_the_run(tmp_path: Path, place: str) -> None:
    with pytest.raises(ConfigError, match="--events"):
        EventsFile(tmp_path / place, print)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_a_full_disk_is_reported_once_and_ends_no_run() -> None:
    said: list[str] = []
    with closing(EventsFile(Path("/dev/full"), said.append)) as file:
        file.write({"event": "one"})
        file.write({"event": "two"})
    assert len(said) == 1
    assert "--events /dev/full: No space left" in said[0]


def test_a_pipe_gets_the_lines(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with closing(EventsFile(path, print)) as file:
            file.write({"event": "one"})
        assert os.read(reader, 100) == b'{"event": "one"}\n'
    finally:
        os.close(reader)
