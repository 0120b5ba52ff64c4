"""The packages that the two sides of a judgement import from."""

from __future__ import annotations

from pathlib import Path
from sysconfig import get_python_version

import pytest

from provisioner.feature.environment import Environment
from provisioner.judge.judge import Judge
from provisioner.judge.packages import Packages

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
