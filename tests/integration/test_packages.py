"""Whole runs of features that import packages, against an index of the test's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command import Command, Ended
from tests.integration.oracle import _FIXED as FIXED
from tests.servers.packages import PackageIndex, wheel
from tests.servers.speech import speak
from tests.servers.wire import Answer, ModelServer, Seen

SETTINGS = "quality: {mutation: 'off', review: 'off', hidden_tests: false}\n"
TESTS = """\
from main import shout


def test_shout():
    assert shout("hi") == "HI!"


def test_empty():
    assert shout("") == "!"
"""
MAIN = "import {module}\n\n\ndef shout(text):\n    return {module}.louder(text)\n"
LOUDER = "def louder(text):\n    return text.upper() + '!'\n"


@dataclass
class Writer:
    """Writes these tests, and these versions of main.py in turn, the last one again and again."""

    tests: str = TESTS
    mains: Sequence[str] = ()
    declared: Sequence[str] = ()
    asked: Counter[str] = field(default_factory=Counter)

    def __call__(self, seen: Seen) -> Answer:
        function = seen.function if seen.format != "models" else ""
        self.asked[function] += 1
        return speak(seen, self._answer(function) if function else {})

    def _answer(self, function: str) -> dict[str, Any]:
        if function == "generate_test_code":
            return {"code": self.tests, "reasoning": "so"}
        if function == "generate_main_code":
            code = self.mains[min(self.asked[function], len(self.mains)) - 1]
            return {"code": code, "dependencies": list(self.declared), "reasoning": "so"}
        return FIXED[function]


def deliver(command: Command, writer: Writer, *options: str, feature: str = "shouter") -> Ended:
    (command.root / "deployment.yaml").write_text(SETTINGS)
    order = ("--feature", feature, "--requirements", "shout(text) is loud.", "--mode", "CODE")
    with ModelServer(writer) as server:
        url = f"{server.url}/v1"
        return command.run(*order, "--json", "--no-input", *options, OPENAI_BASE_URL=url)


@pytest.fixture
def index() -> Iterator[PackageIndex]:
    with PackageIndex(
        [
            wheel("loud-words", "1.0", {"loud_words.py": LOUDER}),
            wheel("loud-words", "2.0", {"loud_words.py": LOUDER.replace("upper()", "title()")}),
        ]
    ) as index:
        yield index


@pytest.fixture
def offered(tool: Command, index: PackageIndex, tmp_path: Path) -> Command:
    """The command with an index of its own, and an empty cache."""
    own = {"UV_DEFAULT_INDEX": index.url, "UV_CACHE_DIR": str(tmp_path / "cache")}
    own |= {"UV_HTTP_RETRIES": "0", "PIP_CONFIG_FILE": "/dev/null"}
    return replace(tool, environ={**tool.environ, **own})


def test_a_package_that_main_imports_is_installed_and_locked(offered: Command) -> None:
    writer = Writer(mains=[MAIN.format(module="loud_words")], declared=["loud-words<2"])
    ended = deliver(offered, writer)
    assert ended.exit_code == 0, ended.said
    assert ended.result["status"] == "done"
    assert ended.result["packages"] == ["loud-words==1.0"]
    folder = "behaviors/shouter"
    assert b"loud-words<2\n" in offered.committed(f"{folder}/requirements.txt")
    lock = offered.committed(f"{folder}/requirements.lock").decode()
    assert [line for line in lock.splitlines() if not line.startswith("#")] == ["loud-words==1.0"]
