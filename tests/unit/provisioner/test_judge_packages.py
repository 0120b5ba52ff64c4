"""The packages that the two sides of a judgement import from."""

from __future__ import annotations

import asyncio
from pathlib import Path
from sysconfig import get_python_version

import pytest

from provisioner.feature.packages.environment import Environment, Environments
from provisioner.feature.packages.lock import Lock
from provisioner.judge.judge import Judge
from provisioner.judge.packages import Packages, packages_for
from tests.servers.packages import another_python, need_configured_index

TESTS = b"""\
import pytest
from hypothesis import given, strategies
from pydantic import BaseModel
from main import double

class Number(BaseModel):
    value: int

@given(strategies.integers())
def test_double(number):
    assert double(number) == 2 * number

def test_with_a_mock(mocker):
    assert double(mocker.Mock(return_value=Number(value=2).value)()) == 4
"""
#: What has hypothesis, pydantic and pytest import a package that nobody names.
ENTRY_POINTS = """\
[hypothesis]
eager = eager

[pydantic]
eager = eager:plugin

[pytest11]
eager = eager
"""
CHEAT = """\
import builtins, os
os.write(2, b"a package ran in the tests' process")
raise SystemExit(0)
"""


@pytest.mark.parametrize("main", [b"def double(n):\n    return 2 * n\n", b"def double(n): pass\n"])
async def test_what_runs_the_tests_comes_from_the_tool(
    judge: Judge, main: bytes, tmp_path: Path
) -> None:
    """Though a package of the feature's brings modules of the same names, or asks to be loaded."""
    folder = tmp_path / "lib" / f"python{get_python_version()}" / "site-packages"
    folder.mkdir(parents=True)
    for name in ("pytest", "_pytest", "pluggy", "packaging", "iniconfig", "hypothesis", "attr"):
        (folder / f"{name}.py").write_text(CHEAT)
    (folder / "eager.py").write_text(CHEAT)
    info = folder / "eager-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: eager\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    brought = Environment(tmp_path)
    within = judge.within(Packages(tests=brought, code=brought))
    judgement = await within.judge(TESTS, {"main.py": main})
    assert judgement.verdict == ("green" if b"2 * n" in main else "red"), judgement
    assert "a package ran" not in judgement.output_tail + judgement.reason


OF_ANOTHER = b"""\
import sys
import pytest
from hypothesis import given, strategies
import main

@given(strategies.integers())
def test_any(number):
    assert main.call(lambda: number) == number

@pytest.mark.asyncio
async def test_later():
    assert await main.later() == sys.version_info[:2]

def test_with_a_mock(mocker):
    assert main.call(mocker.Mock(return_value=3)) == 3

def test_raises():
    with pytest.raises(ValueError, match="no"):
        main.refuse()
"""
MAIN_OF_ANOTHER = b"""\
import sys

async def later():
    return tuple(sys.version_info[:2])

def call(function):
    return function()

def refuse():
    raise ValueError("no")
"""


@pytest.fixture(scope="session")
def another(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    """What a feature without packages, that asks for another Python, is judged with."""
    state = tmp_path_factory.mktemp("another")
    environments = Environments(state, interpreter=another_python())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_CONFIG_FILE", "/dev/null")  # an index of this machine may have less
        need_configured_index()
        return asyncio.run(packages_for(environments, Lock({}), Lock({})))


async def test_another_python_judges_as_the_tool_s_own(judge_at: Judge, another: Packages) -> None:
    within = judge_at.within(another)
    judgement = await within.judge(OF_ANOTHER, {"main.py": MAIN_OF_ANOTHER}, vacuity=True)
    assert judgement.verdict == "green", judgement
    assert judgement.isolation == "separate"
    wrong = MAIN_OF_ANOTHER.replace(b"function()", b"4")
    red = await within.judge(OF_ANOTHER, {"main.py": wrong})
    assert [one.name for one in red.failures] == ["test_any", "test_with_a_mock"]
