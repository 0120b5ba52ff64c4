"""A feature that exists: what is offered, what is asked, and what a change never loses unsaid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command import Command, Ended
from tests.integration.oracle import _FIXED as FIXED
from tests.servers.speech import speak
from tests.servers.wire import Answer, ModelServer, Seen

ADDS = "add(a, b) gives the sum of two whole numbers."
ADDS_AND_DOUBLES = f"{ADDS} double(a) gives twice a whole number."

TEST_ADDS = "def test_adds():\n    assert add(2, 3) == 5\n    assert add(2, -3) == -1\n"
TEST_ZERO = "def test_zero():\n    assert add(0, 4) == 4\n"
TEST_DOUBLES = "def test_doubles():\n    assert double(4) == 8\n"
ADD = "def add(a, b):\n    return a + b\n"
DOUBLE = "def double(a):\n    return 2 * a\n"

FIRST = f"from main import add\n\n\n{TEST_ADDS}\n\n{TEST_ZERO}"
MORE = f"from main import add, double\n\n\n{TEST_ADDS}\n\n{TEST_ZERO}\n\n{TEST_DOUBLES}"
FEWER = f"from main import add, double\n\n\n{TEST_ADDS}\n\n{TEST_DOUBLES}"
LESS_ASSERTED = f"from main import add\n\n\n{TEST_ADDS.rpartition('    assert')[0]}\n\n{TEST_ZERO}"

SETTINGS = "quality: {mutation: 'off', review: 'off', hidden_tests: false}\n"
NAME = ("--feature", "adder", "--mode", "CODE")
SAME = (*NAME, "--requirements", ADDS)
OTHER = (*NAME, "--requirements", ADDS_AND_DOUBLES)


@dataclass
class Writer:
    """Writes what the test at hand wants written."""

    tests: str = FIRST
    main: str = f"{ADD}\n\n{DOUBLE}"
    subject: str = "add what was asked for"

    def __post_init__(self) -> None:
        self.asked = Counter[str]()
        self.said: list[str] = []

    def __call__(self, seen: Seen) -> Answer:
        function = seen.function if seen.format != "models" else ""
        self.asked[function] += 1
        if function == "create_commit_message":
            self.said.append(seen.asked[0])
        return speak(seen, self._answer(function) if function else {})

    def _answer(self, function: str) -> dict[str, Any]:
        if function == "generate_test_code":
            return {"code": self.tests, "reasoning": "so"}
        if function == "generate_main_code":
            return {"code": self.main, "dependencies": [], "reasoning": "so"}
        if function == "create_commit_message":
            return {**FIXED[function], "subject": self.subject}
        return FIXED[function]


@pytest.fixture
def writer() -> Writer:
    return Writer()


@pytest.fixture
def delivered(tool: Command, writer: Writer) -> Iterator[Command]:
    """A repository with the feature, committed by a run."""
    with ModelServer(writer) as server:
        there = replace(tool, environ={**tool.environ, "OPENAI_BASE_URL": f"{server.url}/v1"})
        (there.root / "deployment.yaml").write_text(SETTINGS)
        ended = there.run(*SAME)
        assert ended.exit_code == 0, ended.said
        writer.asked.clear()
        yield there


def folder(tool: Command) -> Path:
    return tool.root / "behaviors" / "adder"


def runs(tool: Command) -> list[str]:
    return [line.split()[1] for line in tool.call("runs").stdout.splitlines()]


def subject(tool: Command) -> str:
    return tool.commits()[0]


def paused(ended: Ended) -> dict[str, Any]:
    """The error of a run that waits for an approval."""
    assert ended.exit_code == 3, ended.said
    assert ended.result["status"] == "paused"
    error: dict[str, Any] = ended.result["error"]
    assert error["type"] == "ApprovalNeeded"
    return error


def test_a_feature_that_exists_names_the_flags_that_apply(
    delivered: Command, writer: Writer
) -> None:
    ended = delivered.run(*OTHER)
    assert ended.exit_code == 2
    for word in ("exists already", "--regenerate all", "tests, main or service", "--no-regenerate"):
        assert word in ended.stderr
    assert "--recovery-mode" not in ended.stderr, "no run has failed"
    assert not writer.asked
    assert runs(delivered) == ["done"]


def test_other_requirements_are_shown_and_need_a_yes(delivered: Command, writer: Writer) -> None:
    writer.tests = FEWER
    ended = delivered.run(*OTHER, "--regenerate", "all", "--no-input", "--json")
    error = paused(ended)
    assert "requirements of adder would change" in error["summary"]
    assert "test_zero" in error["summary"]
    assert f"-{ADDS}" in error["evidence"]
    assert f"+{ADDS_AND_DOUBLES}" in error["evidence"]
    assert any("lost: test_zero" in line for line in error["evidence"])
    assert (folder(delivered) / "test.py").read_text() == FIRST
    assert delivered.git("status", "--porcelain", "behaviors") == ""
    assert len(delivered.commits()) == 1

    resumed = delivered.run("resume", ended.result["run_id"], "--yes")
    assert resumed.exit_code == 0, resumed.said
    assert "lost of the earlier test.py: test_zero" in resumed.stderr
    assert writer.asked["generate_test_code"] == 1, "what was answered is not asked again"
    assert (folder(delivered) / "test.py").read_text() == FEWER


def test_the_same_command_with_yes_goes_on_with_the_run_that_waits(
    delivered: Command, writer: Writer
) -> None:
    writer.tests = FEWER
    waiting = delivered.run(*OTHER, "--regenerate", "all", "--no-input", "--json")
    paused(waiting)
    ended = delivered.run(*OTHER, "--regenerate", "all", "--yes", "--json")
    assert ended.exit_code == 0
    assert ended.result["run_id"] == waiting.result["run_id"]


def test_other_requirements_need_a_yes_where_no_test_is_lost(
    delivered: Command, writer: Writer
) -> None:
    writer.tests = MORE
    error = paused(delivered.run(*OTHER, "--regenerate", "all", "--no-input", "--json"))
    assert "no test would be lost" in error["summary"]


def test_other_requirements_need_a_yes_where_the_tests_stay(delivered: Command) -> None:
    error = paused(delivered.run(*OTHER, "--no-regenerate", "--no-input", "--json"))
    assert "requirements of adder would change" in error["summary"]


def test_the_same_requirements_and_more_tests_need_none(delivered: Command, writer: Writer) -> None:
    writer.tests = MORE
    ended = delivered.run(*SAME, "--regenerate", "all", "--no-input")
    assert ended.exit_code == 0, ended.said
    assert "lost" not in ended.stderr


@pytest.mark.parametrize(
    ("tests", "lost"),
    [(FEWER, "test_zero"), (LESS_ASSERTED, "test_adds: 1 of 2 assertions left")],
)
def test_tests_that_would_be_lost_need_a_yes_for_the_same_requirements(
    delivered: Command, writer: Writer, tests: str, lost: str
) -> None:
    writer.tests = tests
    error = paused(delivered.run(*SAME, "--regenerate", "tests", "--no-input", "--json"))
    assert lost in error["summary"]


def test_a_failed_run_in_between_does_not_hide_what_is_lost(
    delivered: Command, writer: Writer
) -> None:
    """The committed tests count, not those that a failed run left in the folder."""
    writer.tests, writer.main = FEWER, "def add(a, b):\n    return 0\n\n\ndouble = add\n"
    ended = delivered.run(*SAME, "--regenerate", "all", "--yes", "--max-retries", "0")
    assert ended.exit_code == 1
    assert (folder(delivered) / "test.py").read_text() == FEWER
    error = paused(delivered.run(*OTHER, "--no-input", "--json"))
    assert "test_zero" in error["summary"]


def test_one_part_is_written_anew_and_the_others_stay(delivered: Command, writer: Writer) -> None:
    writer.main = f"{ADD}\n\n# another\n"
    ended = delivered.run(*SAME, "--regenerate", "main", "--no-input")
    assert ended.exit_code == 0, ended.said
    assert (writer.asked["generate_test_code"], writer.asked["generate_main_code"]) == (0, 1)
    assert (folder(delivered) / "main.py").read_text().endswith("# another\n")


def test_a_commit_that_changes_a_feature_says_change(delivered: Command, writer: Writer) -> None:
    assert subject(delivered) == "feat(adder): add what was asked for"
    writer.main = f"{ADD}\n\n# another\n"
    assert delivered.run(*SAME, "--regenerate", "main").exit_code == 0
    assert subject(delivered) == "feat(adder): change adder: add what was asked for"
    assert "changed: main.py" in writer.said[-1]
    assert "test.py" not in writer.said[-1].partition("changed:")[2], "it stays as it was"

    (delivered.root / "deployment.yaml").write_text(
        f"{SETTINGS}deployment: {{ai_create_commits: false}}\n"
    )
    writer.main = f"{ADD}\n\n# one more\n"
    assert delivered.run(*SAME, "--regenerate", "main").exit_code == 0
    assert subject(delivered) == "feat(adder): change adder module with its tests"


def test_a_commit_of_nothing_new_says_so(delivered: Command, writer: Writer) -> None:
    ended = delivered.run(*SAME, "--no-regenerate")
    assert ended.exit_code == 0
    assert "has these very files already" in ended.stderr
    assert len(delivered.commits()) == 1
    assert not writer.asked


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--regenerate", "all", "--no-regenerate"), "contradicts --no-regenerate"),
        (("--regenerate", "all", "--recovery-mode"), "contradicts --recovery-mode"),
        (("--regenerate", "service"), "mode CODE has no service"),
        (("--regenerate", "everything"), "'tests', 'main', 'service', 'all'"),
    ],
)
def test_flags_that_contradict_each_other_are_refused(
    tool: Command, arguments: tuple[str, ...], expected: str
) -> None:
    ended = tool.call(*SAME, *arguments)
    assert ended.exit_code == 2
    assert expected in ended.stderr


def test_a_code_run_lays_nothing_that_serves(delivered: Command) -> None:
    names = {path.name for path in folder(delivered).iterdir()}
    assert names == {"feature-config.yaml", "main.py", "requirements.txt", "test.py"}
    assert b"fastapi" not in delivered.committed("behaviors/adder/requirements.txt")
    assert "service" not in delivered.git("log", "--format=%B").lower()
