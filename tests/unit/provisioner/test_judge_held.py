"""Tests that stay collected judge each version of main.py as if it were the first."""

from __future__ import annotations

import os
import subprocess
from collections.abc import AsyncIterator

import pytest

from provisioner.judge.judge import Judge
from provisioner.judge.verdict import Judgement
from provisioner.sandbox.base import Limits, Sandbox

LIMITS = Limits(wall_seconds=20, cpu_seconds=20, memory_bytes=384 << 20)
DOUBLE = b"LIMIT = 3\n\n\ndef double(n):\n    return 2 * n\n"
WRONG = DOUBLE.replace(b"2 * n", b"3 * n")
ANOTHER_LIMIT = DOUBLE.replace(b"= 3", b"= 4")
STYLES = {
    "pytest": b"import pytest\nfrom main import LIMIT, double\n"
    b"@pytest.mark.parametrize('n', [1, 2])\n"
    b"def test_it(n): assert double(n) == 2 * n and LIMIT == 3\n",
    "unittest": b"import unittest\nfrom main import LIMIT, double\nclass T(unittest.TestCase):\n"
    b"    def test_it(self): self.assertEqual((double(1), LIMIT), (2, 3))\n",
    "functions": b"from main import LIMIT, double\n"
    b"def test_it(): assert (double(1), LIMIT) == (2, 3)\n",
    "script": b"from main import LIMIT, double\nassert (double(1), LIMIT) == (2, 3)\n",
}


@pytest.fixture
def strongest(bench: object) -> Sandbox:
    return bench.sandbox(bench.strongest())  # type: ignore[attr-defined, no-any-return]  # conftest.Bench


@pytest.fixture
def landlock(bench: object) -> Sandbox:
    return bench.sandbox("landlock")  # type: ignore[attr-defined, no-any-return]  # conftest.Bench


@pytest.fixture
async def judge(strongest: Sandbox) -> AsyncIterator[Judge]:
    async with Judge(strongest, LIMITS) as judge:
        yield judge


async def held(judge: Judge, tests: bytes, main: bytes) -> Judgement:
    return await judge.judge(tests, {"main.py": main}, confirm=False, early_stop=True, hold=True)


def holds(judge: Judge) -> bool:
    (pair,) = judge._idle
    return pair.tests.holds


@pytest.mark.parametrize("style", STYLES)
async def test_each_version_has_its_own_verdict(judge: Judge, style: str) -> None:
    for main, verdict in (
        *((DOUBLE, "green"), (WRONG, "red"), (ANOTHER_LIMIT, "red"), (b"", "red")),
        *((b"import os\nos._exit(0)\n", "crashed"), (DOUBLE, "green")),
    ):
        judgement = await held(judge, STYLES[style], main)
        assert judgement.verdict == verdict, judgement.reason
        assert holds(judge)


async def test_a_version_sees_nothing_of_the_one_before(judge: Judge) -> None:
    tests = b"from main import double\nSEEN = []\ndef test_it():\n    SEEN.append(double(1))\n"
    tests += b"    assert SEEN == [2]\n    open('left', 'x').close()\n"
    for _ in range(3):
        assert (await held(judge, tests, DOUBLE)).verdict == "green"
        assert holds(judge)


async def test_chance_that_the_tests_have_seeded_stays_seeded(judge: Judge) -> None:
    tests = b"import random\nfrom main import double\nrandom.seed(7)\nNEXT = random.Random(7)\n"
    tests += b"def test_it(): assert double(random.random()) == 2 * NEXT.random()\n"
    for _ in range(2):
        assert (await held(judge, tests, DOUBLE)).verdict == "green"


@pytest.mark.parametrize(
    "more",
    [
        b"FILE = open('kept', 'w')\n",
        b"import threading, time\n"
        b"threading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n",
        b"import subprocess\nSLEEP = subprocess.Popen(['sleep', '9'])\n",
        b"import threading\nONE = threading.Thread(target=double, args=(2,))\n"
        b"ONE.start()\nONE.join()\n",
    ],
    ids=["a file", "a thread", "a program", "another connection"],
)
async def test_a_process_with_more_than_memory_is_not_held(judge: Judge, more: bytes) -> None:
    tests = STYLES["functions"].replace(b"\ndef", b"\n" + more + b"def", 1)
    for main, verdict in ((DOUBLE, "green"), (WRONG, "red"), (DOUBLE, "green")):
        judgement = await held(judge, tests, main)
        assert judgement.verdict == verdict, judgement.reason
        assert not holds(judge)


async def test_what_held_tests_start_is_ended(judge: Judge) -> None:
    mark = f"86421{os.getpid()}"
    tests = b"import subprocess\nfrom main import double\ndef test_it():\n"
    tests += b"    subprocess.Popen(['sleep', '%s'], start_new_session=True)\n" % mark.encode()
    tests += b"    assert double(1) == 2\n"
    for _ in range(3):
        assert (await held(judge, tests, DOUBLE)).verdict == "green"
        assert holds(judge)
        listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
        assert f"sleep {mark}" not in listed.stdout.splitlines()


async def test_a_version_that_hangs_ends_at_its_limit_and_the_tests_stay(
    strongest: Sandbox,
) -> None:
    async with Judge(strongest, Limits(wall_seconds=5)) as judge:
        tests = STYLES["functions"]
        hanging = DOUBLE.replace(b"return", b"while True: pass\n    return")
        assert (await held(judge, tests, DOUBLE)).verdict == "green"
        assert holds(judge)
        assert (await held(judge, tests, hanging)).verdict == "hung"
        assert holds(judge)
        assert (await held(judge, tests, DOUBLE)).verdict == "green"


async def test_other_tests_take_the_place_of_those_that_are_held(judge: Judge) -> None:
    for style in ("functions", "pytest", "functions"):
        assert (await held(judge, STYLES[style], DOUBLE)).verdict == "green"
        assert (await held(judge, STYLES[style], WRONG)).verdict == "red"
    assert (await judge.judge(STYLES["script"], {"main.py": DOUBLE})).verdict == "green"
    assert not holds(judge)


async def test_without_a_namespace_of_processes_each_run_is_done_in_full(
    landlock: Sandbox,
) -> None:
    async with Judge(landlock, LIMITS) as judge:
        for main, verdict in ((DOUBLE, "green"), (WRONG, "red"), (DOUBLE, "green")):
            assert (await held(judge, STYLES["functions"], main)).verdict == verdict
            assert not holds(judge)
