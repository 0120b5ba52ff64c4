"""What of main.py a suite reaches, line by line and branch by branch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from coverage.parser import PythonParser

from provisioner.quality.mutation.branches import layout_of
from provisioner.quality.mutation.coverage import CoverageReport, Share, coverage
from provisioner.sandbox.base import Limits
from provisioner.sandbox.choose import choose_sandbox

ORACLE = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "cases" / "humaneval_oracle.jsonl")
    .read_text()
    .splitlines()
]

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
STYLES["unguarded"] = STYLES["classes"].replace("if __name__ == '__main__':\n    ", "")


async def reached(
    tests: str | bytes, main: bytes = MAIN, wall_seconds: float = 30
) -> CoverageReport | None:
    tests = tests if isinstance(tests, bytes) else tests.encode()
    sandbox = await choose_sandbox()
    limits = Limits(wall_seconds=wall_seconds)
    return await coverage(sandbox, tests, {"main.py": main}, limits=limits)


@pytest.mark.parametrize("style", STYLES)
async def test_lines_and_branches_are_counted_in_every_style(style: str) -> None:
    report = await reached(STYLES[style])
    assert report is not None
    assert report.lines == Share(30, 37)
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


async def test_a_failing_suite_counts_as_far_as_it_came() -> None:
    main = b"def f(x):\n    if x:\n        return 1\n    return 2\n"
    report = await reached("from main import f\nassert f(1) == 2\nassert f(0) == 2\n", main)
    assert report is not None
    assert (report.lines, report.branches) == (Share(3, 4), Share(1, 2))
    assert report.uncovered == ((4, 4),)
    assert report.uncovered_branches == ("line 2 → 4",)


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
    assert report is not None
    assert report.uncovered_branches == ("line 3 → 7",)


async def test_other_threads_count() -> None:
    main = b"def f(x):\n    return x\n"
    run = "t = threading.Thread(target=main.f, args=(1,))\nt.start()\nt.join()\n"
    report = await reached(f"import threading, main\n{run}", main)
    assert report is not None
    assert report.lines == Share(2, 2)


@pytest.mark.parametrize(
    "tests", ["import os\nos._exit(0)\n", "while True:\n    pass\n"], ids=["exits", "hangs"]
)
async def test_tests_that_end_without_a_report_give_none(tests: str) -> None:
    assert await reached(tests, wall_seconds=1) is None


def test_statements_and_branches_are_those_that_coverage_py_counts() -> None:
    for task in ORACLE:
        main: str = task["main_py"]
        if any(part in main for part in (": return", ":return", ": continue")):
            continue  # a decision with its body on the same line is no branch here
        parser = PythonParser(text=main)
        parser.parse_source()
        layout = layout_of(main.encode())
        if task["id"] not in ("humaneval-115", "humaneval-150"):  # a text alone; dead code
            assert set(layout.last) == parser.statements
        branches = {line for line, exits in parser.exit_counts().items() if exits > 1}
        assert {branch.line for branch in layout.branches} == branches
