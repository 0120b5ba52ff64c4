"""What of main.py a suite reaches, line by line and branch by branch."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioner.judge.folder import read_folder
from provisioner.quality.mutation.coverage import CoverageReport, NotMeasured, Share, coverage
from provisioner.sandbox.base import Limits, Sandbox
from provisioner.sandbox.choose import choose_sandbox
from tests.conftest import ci_alone

HONEST = sorted((Path(__file__).parents[2] / "cases" / "honest").iterdir())

MAIN = b'''from functools import cache
import typing
if typing.TYPE_CHECKING:
    import nothing


class Box:
    """A box."""

    size: int = 0

    def fill(self, n):
        if n > 3 and (
            n < 10
        ):
            return 1
        for i in range(n):
            if i == 1:
                continue
            else:
                n += 1
        else:
            n -= 1
        while n > 0:
            n -= 1
        match n:
            case 0:
                return 5
            case 1 | 2:
                return 6
            case _:
                return 7


@cache
def read(text):
    try:
        if int(text) > 3:
            return 3
    except ValueError:
        return 4


def some(n):
    if n:
        yield 1
    with open("/dev/null") as file:
        if n > 5:
            yield file


async def later(n):
    import asyncio
    if await asyncio.sleep(0, n):
        return 1


if __name__ == "__main__":
    print(1)
'''

CALLS = """
    import asyncio
    assert Box().fill(2) == 5
    assert read("x") == 4
    assert read("2") is None
    assert list(some(1)) == [1]
    assert asyncio.run(later(1)) == 1
"""

STYLES = {
    "script": f"from main import *\ndef check():\n{CALLS}\ncheck()\n",
    "functions": f"from main import *\ndef test():\n{CALLS}\n",
    "async": f"from main import Box, read, some\nimport main\nasync def test_later():\n"
    f"    assert await main.later(1) == 1\ndef test():\n{CALLS}".replace(
        "    assert asyncio.run(later(1)) == 1\n", ""
    ),
    "classes": "import unittest\nfrom main import *\n"
    "class T(unittest.TestCase):\n    def test(self):\n"
    + CALLS.replace("    ", "        ")
    + "\nif __name__ == '__main__':\n    unittest.main()\n",
}
EXAMPLES = "".join(
    f"    >>> {call}\n    {answer}\n"
    for call, answer in (
        ("Box().fill(2)", "5"),
        ("read('x')", "4"),
        ("read('2')", ""),
        ("list(some(1))", "[1]"),
        ("asyncio.run(later(1))", "1"),
    )
).replace("    \n", "")
STYLES["doctest"] = (
    f'import asyncio\nfrom main import *\n\ndef tell():\n    """\n{EXAMPLES}    """\n'
)
STYLES["unguarded"] = STYLES["classes"].replace("if __name__ == '__main__':\n    ", "")


async def measured(
    tests: str | bytes,
    main: bytes = MAIN,
    wall_seconds: float = 30,
    sandbox: Sandbox | None = None,
) -> CoverageReport | NotMeasured:
    tests = tests if isinstance(tests, bytes) else tests.encode()
    sandbox = sandbox or await choose_sandbox()
    limits = Limits(wall_seconds=wall_seconds)
    return await coverage(sandbox, tests, {"main.py": main}, limits=limits)


async def reached(tests: str, main: bytes = MAIN, sandbox: Sandbox | None = None) -> CoverageReport:
    report = await measured(tests, main, sandbox=sandbox)
    assert isinstance(report, CoverageReport), report
    return report


@pytest.mark.parametrize("level", ["bwrap", "landlock", "docker", "none"], indirect=True)
@pytest.mark.parametrize("style", STYLES)
async def test_lines_and_branches_are_counted_in_every_style_at_every_level(
    sandbox: Sandbox, style: str
) -> None:
    report = await reached(STYLES[style], sandbox=sandbox)
    assert report.lines == Share(31, 38)
    assert report.branches == Share(12, 20)
    assert report.uncovered == ((16, 16), (29, 32), (39, 39), (49, 49))
    assert report.uncovered_branches == (
        "line 13 → 16",
        "line 27 → 29",
        "line 38 → 39",
        "line 45 → 47",
        "line 48 → 49",
        "line 54 → exit",
    )
    assert set(range(1, 60)) - report.covered_lines == {16, 29, 30, 31, 32, 39, 49}


@pytest.mark.parametrize("style", ["script", "functions", "async", "classes", "doctest"])
async def test_tests_that_fail_when_they_are_traced_measure_nothing(style: str) -> None:
    """They are green where they are judged, so whatever made them fail is the measurement's."""
    report = await measured(STYLES[style], MAIN.replace(b"return 4", b"return 3"))
    assert isinstance(report, NotMeasured)
    assert report.reason.startswith("the tests do not pass when they are traced: ")


@pytest.mark.parametrize(
    "tests",
    ["import math\n\ndef test():\n    assert math.pi\n", "import math\nassert math.pi\n"],
    ids=["functions", "script"],
)
async def test_tests_that_reach_nothing_of_main_measure_nothing(tests: str) -> None:
    report = await measured(tests)
    assert report == NotMeasured("the traced tests reach no line of main.py")


@ci_alone("a minute, and test_mutation_unreached measures every sixth of these suites")
@pytest.mark.parametrize("case", HONEST, ids=lambda path: path.name)
async def test_every_honest_suite_can_be_measured(case: Path) -> None:
    tests, code = read_folder(case)
    report = await coverage(await choose_sandbox(), tests, code)
    assert isinstance(report, CoverageReport), report
    assert report.lines.covered > 0


async def test_a_way_into_a_handler_is_no_way_past_a_branch() -> None:
    main = b"""def f(x):
    try:
        if int(x) > 3:
            return 1
    except ValueError:
        return 2
    return 3
"""
    report = await reached("from main import f\nassert f('x') == 2\nassert f(9) == 1\n", main)
    assert report.uncovered_branches == ("line 3 → 7",)


async def test_other_threads_count() -> None:
    main = b"def f(x):\n    return x\n"
    run = "t = threading.Thread(target=main.f, args=(1,))\nt.start()\nt.join()\n"
    report = await reached(f"import threading, main\n{run}", main)
    assert report.lines == Share(2, 2)


@pytest.mark.parametrize(
    ("tests", "seconds", "why"),
    [
        ("import os\nos._exit(0)\n", 30, "exit code 0"),
        ("while True:\n    pass\n", 1, "did not end within"),
    ],
    ids=["exits", "hangs"],
)
async def test_tests_that_end_without_a_report_measure_nothing(
    tests: str, seconds: float, why: str
) -> None:
    report = await measured(tests, wall_seconds=seconds)
    assert isinstance(report, NotMeasured)
    assert why in report.reason
