"""Sandboxes and judges for the tests of this room, at every level that works here."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from provisioner.errors import SandboxUnavailable
from provisioner.judge.folder import read_folder
from provisioner.judge.judge import Judge
from provisioner.judge.suite import prepare
from provisioner.sandbox.base import Level, Limits, Sandbox
from provisioner.sandbox.choose import choose_sandbox

LEVELS: tuple[Level, ...] = ("bwrap", "landlock", "docker")
#: Generous on time for a busy machine, tight on memory.
LIMITS = Limits(wall_seconds=20, cpu_seconds=20, memory_bytes=384 << 20)
#: For suites that are meant to run into the limit.
SHORT = Limits(wall_seconds=1.5, cpu_seconds=20, memory_bytes=256 << 20)


def missing(part: str, remedy: str) -> None:
    """Skip for want of a part of this machine; in CI, where all parts have to be, fail."""
    text = f"{part}; {remedy}"
    if os.environ.get("CI") == "true":
        pytest.fail(text)
    pytest.skip(text)


@dataclass
class Bench:
    """Sandboxes by level, and the judges that were asked for."""

    sandboxes: dict[Level, Sandbox | str] = field(default_factory=dict)
    judges: dict[tuple[object, ...], Judge] = field(default_factory=dict)

    def sandbox(self, level: Level) -> Sandbox:
        if level not in self.sandboxes:
            try:
                chosen = choose_sandbox(
                    wanted=None if level == "none" else level, unsafe=level == "none"
                )
                # In a thread of its own, since a test's loop may be running here.
                with ThreadPoolExecutor(1) as apart:
                    self.sandboxes[level] = apart.submit(asyncio.run, chosen).result()
            except SandboxUnavailable as error:
                self.sandboxes[level] = f"{error}: {' '.join(error.evidence)}"
        found = self.sandboxes[level]
        if isinstance(found, str):
            missing(f"the {level} sandbox does not work here ({found[:300]})", _REMEDIES[level])
        assert not isinstance(found, str)
        return found

    def strongest(self) -> Level:
        """The first level that works here."""
        for level in LEVELS:
            try:
                self.sandbox(level)
            except pytest.skip.Exception:
                continue
            return level
        missing("no sandbox works here", "install bubblewrap")
        raise AssertionError("unreachable")

    def judge(self, level: Level, limits: Limits = LIMITS, tests: bytes = b"") -> Judge:
        """A judge of tests like these: its processes have imported what they need, as in a run."""
        key = level, limits, prepare(tests).isolation, b"pytest" in tests
        if key not in self.judges:
            self.judges[key] = Judge(self.sandbox(level), limits)
        return self.judges[key]


_REMEDIES: dict[Level, str] = {
    "bwrap": "install bubblewrap and allow user namespaces",
    "landlock": "run on Linux 5.13 or newer with landlock enabled",
    "docker": "start a Docker engine",
    "seatbelt": "run on macOS",
    "none": "",
}


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    """One judge a level and limit for the whole session: their processes stay warm."""
    made = Bench()
    yield made
    for judge in made.judges.values():
        asyncio.run(judge.close())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test at every level; the cases of the judge so with CI=true, else at the strongest."""
    own = any(
        "level" in str(mark.args[0]) for mark in metafunc.definition.iter_markers("parametrize")
    )
    if "level" in metafunc.fixturenames and not own:
        cases = metafunc.module.__name__.rpartition(".")[2].startswith("test_judge_")
        every = os.environ.get("CI") == "true" or not cases
        metafunc.parametrize("level", LEVELS if every else ("strongest",), indirect=True)


@pytest.fixture
def level(request: pytest.FixtureRequest, bench: Bench) -> Level:
    """A level that this kernel may have."""
    return bench.strongest() if request.param == "strongest" else request.param


@pytest.fixture
def sandbox(bench: Bench, level: Level) -> Sandbox:
    return bench.sandbox(level)


@pytest.fixture
def case() -> Path | None:
    """The folder of the case that is judged, where a test has no parameter of that name."""
    return None


@pytest.fixture
def tests_of_case(case: Path | None) -> bytes:
    return read_folder(case)[0] if case else b""


@pytest.fixture
def judge_at(bench: Bench, level: Level, tests_of_case: bytes) -> Judge:
    """A judge at each level in turn."""
    return bench.judge(level, tests=tests_of_case)


@pytest.fixture(params=["bwrap", "landlock"])
def serving(request: pytest.FixtureRequest, bench: Bench) -> Sandbox:
    """The levels that can run a service, and what asks it."""
    return bench.sandbox(request.param)


@pytest.fixture
def judge(bench: Bench, tests_of_case: bytes) -> Judge:
    """A judge at the strongest level there is."""
    return bench.judge(bench.strongest(), tests=tests_of_case)


@pytest.fixture
def short_judge(bench: Bench, judge: Judge) -> Judge:
    """The same with little time."""
    return bench.judge(judge._sandbox.level, SHORT)
