"""A main.py that is broken where no test comes does the same as before where tests come."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioner.judge.folder import read_folder
from provisioner.judge.judge import Judge
from provisioner.quality.mutation.coverage import (
    CoverageReport,
    broken_where_unreached,
    coverage,
)
from provisioner.quality.mutation.prove import prove
from provisioner.sandbox.choose import choose_sandbox

HONEST = sorted((Path(__file__).parents[2] / "cases" / "honest").iterdir())
MAIN = b'''"""A module."""


def sign(n):
    """Say it in words."""
    if n > 0:
        return "above"
    elif n < 0:
        return "below"
    return "nothing"


def numbers():
    return
    yield 1
'''


def run(source: bytes) -> dict[str, object]:
    names: dict[str, object] = {}
    exec(source, names)
    return names


def test_only_what_is_unreached_raises() -> None:
    sign = run(broken_where_unreached(MAIN, {1, 2, 4, 5, 6, 7, 13, 14}))["sign"]
    assert callable(sign)
    assert sign(1) == "above"
    for n in (-1, 0):
        with pytest.raises(AssertionError, match="no test comes here"):
            sign(n)


def test_a_generator_stays_one() -> None:
    numbers = run(broken_where_unreached(MAIN, {*range(1, 15)}))["numbers"]
    assert callable(numbers)
    assert list(numbers()) == []


def test_where_nothing_is_reached_the_module_itself_raises() -> None:
    with pytest.raises(AssertionError):
        run(broken_where_unreached(b"import math\nx = math.pi\n", ()))


@pytest.mark.parametrize("case", HONEST[::6], ids=lambda path: path.name)
async def test_honest_suites_stay_green(judge: Judge, case: Path) -> None:
    tests, code = read_folder(case)
    report = await coverage(await choose_sandbox(), tests, code)
    assert isinstance(report, CoverageReport), report
    broken = broken_where_unreached(code["main.py"], report.covered_lines)
    judgement = await judge.judge(tests, {**code, "main.py": broken}, confirm=False)
    assert judgement.verdict == "green", (judgement.reason, broken.decode())


async def test_tests_that_start_main_as_a_program_are_not_called_blind(judge: Judge) -> None:
    """What runs in another process is not traced; the mutants are run all the same."""
    main = (
        b"import sys\n\n\ndef double(n):\n    return n * 2\n\n\ndef half(n):\n    return n // 2\n"
        b"\n\nif len(sys.argv) > 1:\n    print(half(int(sys.argv[1])))\n"
    )
    tests = (
        b"import pathlib, subprocess, sys\nimport main\n\n\ndef test_double():\n"
        b"    assert main.double(3) == 6\n\n\ndef test_half():\n"
        b"    path = pathlib.Path(main.__file__)\n"
        b"    said = subprocess.run([sys.executable, path, '7'], capture_output=True, text=True)\n"
        b"    assert said.stdout == '3\\n'\n"
    )
    covered = await coverage(await choose_sandbox(), tests, {"main.py": main})
    assert isinstance(covered, CoverageReport), covered
    assert 9 not in covered.covered_lines
    report = await prove(
        judge, tests, {"main.py": main}, covered_lines=covered.covered_lines, seconds=60
    )
    assert report.doubt == "the tests notice changes to lines that coverage calls unreached"
    assert 9 not in {one.line for one in report.survived}
