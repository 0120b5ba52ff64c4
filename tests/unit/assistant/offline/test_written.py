"""What is written for specifications at random passes its own tests and describes itself."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, reject, settings

from assistant.providers.offline import generate
from assistant.providers.offline.language import read
from assistant.providers.offline.parse import Refused
from assistant.providers.offline.spec import Specification
from tests.unit.assistant.offline.sentences import specifications, text_of


@pytest.mark.chaos
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(specifications())
def test_what_is_written_passes_what_is_written(specification: Specification) -> None:
    text = text_of(specification)
    try:
        found = read(text)
    except Refused:  # names at random may collide
        reject()
    passes(text, found)


def test_a_page_of_one_is_told_apart_from_all() -> None:
    text = (
        "Create a REST API for notes. A note has a mood (good, bad or bland). Notes can be created,"
        " and listed in pages of 1, filtered by mood."
    )
    passes(text, read(text))


def passes(text: str, found: Specification) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("main.py", "test.py", "service.py"):
            Path(folder, name).write_text(generate.module(name, found))
        for argv in (["test.py"], ["-c", "import service; service.app.openapi()"]):
            ended = subprocess.run(
                [sys.executable, "-B", *argv],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
            )
            assert ended.returncode == 0, f"{text}\n{ended.stderr}"
