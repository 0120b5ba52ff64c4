"""The judge's warm processes: used again, started again, and never waited for without end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from provisioner.judge.judge import Judge
from provisioner.sandbox.base import Command, Confinement, Limits, Sandbox
from provisioner.sandbox.landlock import Landlock

TESTS = b"from main import double\ndef test_it(): assert double(1) == 2\n"
DOUBLE = b"def double(n):\n    return 2 * n\n"
LIMITS = Limits(wall_seconds=20, cpu_seconds=20, memory_bytes=384 << 20)


class OfAnOrdinaryUser(Landlock):
    """Other processes of this user are in reach of signals: none can be ended as "all"."""

    def confine(self, argv: Sequence[str], confinement: Confinement, *, private: Path) -> Command:
        command = super().confine(argv, confinement, private=private)
        return replace(command, owns_processes=False)


@pytest.fixture
def ordinary(bench: object) -> Sandbox:
    bench.sandbox("landlock")  # type: ignore[attr-defined]  # conftest.Bench; skips where there is none
    return OfAnOrdinaryUser()


@pytest.fixture
def strongest(bench: object) -> Sandbox:
    return bench.sandbox(bench.strongest())  # type: ignore[attr-defined, no-any-return]


def pids(judge: Judge) -> list[int]:
    return [server._pid for pair in judge._idle for server in (pair.tests, pair.code)]


async def test_an_ordinary_users_fork_servers_serve_many_suites(ordinary: Sandbox) -> None:
    async with Judge(ordinary, LIMITS) as judge:
        assert (await judge.judge(TESTS, {"main.py": DOUBLE})).verdict == "green"
        first = pids(judge)
        for _ in range(5):
            assert (await judge.judge(TESTS, {"main.py": DOUBLE})).verdict == "green"
        assert pids(judge) == first


async def test_what_a_suite_leaves_behind_is_ended_and_the_server_stays(ordinary: Sandbox) -> None:
    mark = f"97531{os.getpid()}"
    leaving = DOUBLE + (
        b"import subprocess\n"
        b"subprocess.Popen(['sleep', '%s'], start_new_session=True)\n" % mark.encode()
    )
    async with Judge(ordinary, LIMITS) as judge:
        assert (await judge.judge(TESTS, {"main.py": leaving})).verdict == "green"
        first = pids(judge)
        listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
        assert f"sleep {mark}" not in listed.stdout
        assert (await judge.judge(TESTS, {"main.py": DOUBLE})).verdict == "green"
        assert pids(judge) == first


@pytest.mark.parametrize("side", ["tests", "code"])
async def test_a_dead_server_is_noticed_and_not_waited_for(strongest: Sandbox, side: str) -> None:
    async with Judge(strongest, LIMITS) as judge, asyncio.timeout(60):
        assert (await judge.judge(TESTS, {"main.py": DOUBLE})).verdict == "green"
        server = getattr(judge._idle[0], side)
        os.killpg(server._popen.pid, signal.SIGKILL)
        assert (await judge.judge(TESTS, {"main.py": DOUBLE})).verdict == "green"


async def test_suites_that_need_one_process_are_refused_where_that_is_asked_for(
    strongest: Sandbox,
) -> None:
    tests = b"import main\nclass Own(main.Base): pass\ndef test_it(): assert Own().x == 1\n"
    code = {"main.py": b"class Base:\n    x = 1\n"}
    async with Judge(strongest, LIMITS) as judge:
        judgement = await judge.judge(tests, code)
        assert (judgement.verdict, judgement.isolation) == ("green", "shared")
    async with Judge(strongest, LIMITS, isolation="separate") as judge:
        judgement = await judge.judge(tests, code)
        assert (judgement.verdict, judgement.fault) == ("red", "tests")
        assert "line 2: class Own(main.Base)" in judgement.reason
        assert (await judge.judge(TESTS, {"main.py": DOUBLE})).verdict == "green"


@pytest.mark.parametrize("there", ["a link", "a file", "a folder", "nothing"])
async def test_a_folder_that_code_has_replaced_is_made_anew(
    strongest: Sandbox, tmp_path: Path, there: str
) -> None:
    replacing = DOUBLE + (
        b"import os\n"
        b"here = os.path.dirname(os.path.abspath(__file__))\n"
        b"os.rename(here, here + '-away')\n"
        b"if '%s' == 'a link': os.symlink('%s', here)\n"
        b"if '%s' == 'a file': open(here, 'w').close()\n"
        b"if '%s' == 'a folder': os.mkdir(here)\n"
        % (there.encode(), os.fsencode(tmp_path), there.encode(), there.encode())
    )
    async with Judge(strongest, LIMITS) as judge:
        await judge.judge(TESTS, {"main.py": replacing})
        assert (await judge.judge(TESTS, {"main.py": DOUBLE})).verdict == "green"
        (pair,) = judge._idle
        assert pair.feature.stat().st_uid == os.geteuid()
    assert list(tmp_path.iterdir()) == []
