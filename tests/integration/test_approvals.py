"""Tests that would lose something wait for a person: at a terminal, by --yes, or not at all."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command import Command, Ended, clean_environ, new_repository
from tests.integration.oracle import _FIXED as FIXED
from tests.servers.speech import speak
from tests.servers.wire import Answer, ModelServer, Seen

TESTS = """\
from main import add


def test_adds():
    assert add(2, 3) == 5


def test_zero():
    assert add(0, 0) == 1, "wrong on purpose"
"""
FEWER = TESTS.partition("\n\ndef test_zero")[0]
RIGHT = "def add(a, b):\n    return a + b\n"
DIAGNOSIS = {
    **FIXED["analyze_deployment_error"],
    "error_type": "test_failed",
    "root_cause": "nothing plus nothing \x1b[2Jis not one",
    "action": {"type": "TEST_FIX", "target": None, "parameters": []},
}
SETTINGS = (
    "deployment: {max_retries: 4}\n"
    "quality: {mutation: 'off', review: 'off', samples: 0, hidden_tests: false}\n"
)
ORDER = ("--feature", "adder", "--requirements", "add(a, b) gives the sum.", "--mode", "CODE")
_PATIENCE = 60.0  # seconds until a test that hangs fails


class Blaming:
    """Writes right code, wrong tests, and then tests that say less."""

    def __init__(self) -> None:
        self._asked = Counter[str]()

    def __call__(self, seen: Seen) -> Answer:
        function = seen.function if seen.format != "models" else ""
        self._asked[function] += 1
        return speak(seen, self._said(function) if function else {})

    def _said(self, function: str) -> dict[str, Any]:
        if function == "generate_test_code":
            return {"code": TESTS if self._asked[function] == 1 else FEWER, "reasoning": "so"}
        if function == "generate_main_code":
            return {"code": RIGHT, "dependencies": [], "reasoning": "so"}
        return DIAGNOSIS if function == "analyze_deployment_error" else FIXED[function]


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with ModelServer(Blaming()) as server:
        yield server


@dataclass(frozen=True)
class Paused:
    tool: Command
    ended: Ended

    @property
    def run_id(self) -> str:
        shown: str = self.ended.result["run_id"]
        return shown


@pytest.fixture(scope="module")
def asked_nobody(tmp_path_factory: pytest.TempPathFactory, model: ModelServer) -> Paused:
    """A run that came as far as the question, made once."""
    folder = tmp_path_factory.mktemp("paused")
    environ = {**clean_environ(folder / "home"), "OPENAI_BASE_URL": f"{model.url}/v1"}
    tool = new_repository(folder / "repository", environ)
    (tool.root / "deployment.yaml").write_text(SETTINGS)
    return Paused(tool, tool.run(*ORDER, "--json", "--no-input"))


@pytest.fixture
def paused(asked_nobody: Paused, tmp_path: Path) -> Paused:
    """A copy of it, to go on with."""
    root = tmp_path / "repository"
    shutil.copytree(asked_nobody.tool.root, root, symlinks=True)
    return replace(asked_nobody, tool=replace(asked_nobody.tool, root=root))


def test_nobody_is_asked_without_a_terminal(asked_nobody: Paused) -> None:
    ended, error = asked_nobody.ended, asked_nobody.ended.result["error"]
    assert ended.exit_code == 3
    assert ended.result["status"] == "paused"
    assert error["type"] == "ApprovalNeeded"
    assert "test_zero" in error["summary"]
    assert any("nothing plus nothing" in line for line in error["evidence"])
    assert "-def test_zero():" in error["evidence"], "what would change is shown"
    assert f"ai-assisted-deploy resume {asked_nobody.run_id} --yes" in error["next"]
    assert asked_nobody.tool.commits() == []
    tests = asked_nobody.tool.root / "behaviors" / "adder" / "test.py"
    assert tests.read_text() == TESTS, "the old tests are still there"


def test_yes_approves_beforehand(paused: Paused) -> None:
    ended = paused.tool.run("resume", paused.run_id, "--yes", "--json")
    assert ended.exit_code == 0, ended.said
    assert len(ended.result["tests"]["test_fixes"]) == 1
    assert paused.tool.committed("behaviors/adder/test.py") == FEWER.encode()


def test_a_program_is_never_asked_even_at_a_terminal(paused: Paused) -> None:
    ended = at_a_terminal(paused, "--json")
    assert ended.exit_code == 3
    assert "Approve?" not in ended.said


def test_who_does_not_want_to_be_asked_is_not(paused: Paused) -> None:
    ended = at_a_terminal(paused, "--no-input")
    assert ended.exit_code == 3
    assert "Approve?" not in ended.said


def test_a_person_says_yes(paused: Paused) -> None:
    ended = at_a_terminal(paused, answer=b"maybe\nyes\n")
    assert ended.exit_code == 0, ended.said
    assert ended.said.count("Approve?") == 2, "what is neither is asked again"
    for shown in ("test_zero", "nothing plus nothing", "-def test_zero", "yes: ", "no:  "):
        assert shown in ended.said
    assert "\x1b[2J" not in ended.said, "what a model wrote clears no screen"
    assert paused.tool.committed("behaviors/adder/test.py") == FEWER.encode()


@pytest.mark.parametrize("answer", [b"no\n", b"\x04"], ids=["no", "the input's end"])
def test_a_person_says_no(paused: Paused, answer: bytes) -> None:
    ended = at_a_terminal(paused, answer=answer)
    assert ended.exit_code == 3, ended.said
    assert f"resume {paused.run_id} --yes" in ended.said
    assert paused.tool.commits() == []
    assert (paused.tool.root / "behaviors" / "adder" / "test.py").read_text() == TESTS


def test_a_person_interrupts_the_question(paused: Paused) -> None:
    ended = at_a_terminal(paused, answer=b"\x03")
    assert ended.exit_code == 130, ended.said
    assert f"ai-assisted-deploy resume {paused.run_id}" in ended.said


def at_a_terminal(paused: Paused, *options: str, answer: bytes = b"") -> Ended:
    """Resume with a real terminal as standard input, output and error; answer line by line."""
    ours, theirs = pty.openpty()
    tool = paused.tool
    began = time.monotonic()
    process = subprocess.Popen(
        [*tool.argv, "resume", paused.run_id, *options],
        cwd=tool.root,
        env={**tool.environ, "TERM": "xterm-256color", "COLUMNS": "200"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=_take_terminal,  # Ctrl-C needs it, and no thread runs yet
    )
    os.close(theirs)
    said, left = b"", answer.splitlines(keepends=True)
    try:
        while select.select([ours], [], [], _PATIENCE)[0]:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the last process has closed it
                break
            said += piece
            if left and said.count(b"Approve?") > len(answer.splitlines()) - len(left):
                os.write(ours, left.pop(0))
        code = process.wait(timeout=_PATIENCE)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        os.close(ours)
    text = said.decode("utf-8", "replace").replace("\r\n", "\n")
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-IK-Z]", "", text)
    return Ended(code, "", plain, time.monotonic() - began)


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
