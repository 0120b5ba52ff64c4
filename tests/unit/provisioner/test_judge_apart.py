"""Tests that compute what they expect are run once where their code cannot see that."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from provisioner.judge.apart import can_be_apart
from provisioner.judge.constants import Names
from provisioner.judge.judge import Judge

CASES = """
import random
from main import double
def test_it():
    for n in range(2, 4 + len("ab")):
        wanted = n + n
        assert double(n) == wanted
"""


def apart(tests: str) -> bool:
    tree = ast.parse(dedent(tests))
    return can_be_apart(tree, Names(tree))


def test_calls_of_functions_can_be_apart() -> None:
    assert apart(CASES)
    assert apart("import main as m\nassert m.double(2) == 2 * 2\n")


@pytest.mark.parametrize(
    "line",
    [
        "from main import *",
        "import os",
        "from unittest.mock import patch",
        "seen = list(map(double, [1, 2]))",
        "class Mine(main.Base): pass",
        "assert main.LIMIT == 3",
        "async def test_b(): pass",
        "def test_b(capsys): pass",
        "random.seed(4)",
        "assert double(seen) is seen",
    ],
)
def test_what_shares_more_than_data_stays_together(line: str) -> None:
    assert not apart(f"import main\n{CASES}\n{line}\n")


async def say(judge: Judge, main: str, tests: str = CASES) -> tuple[str, str]:
    judgement = await judge.judge(tests.encode(), {"main.py": dedent(main).encode()})
    return judgement.verdict, judgement.reason


async def test_honest_code_is_green_apart_and_wrong_code_red(judge_at: Judge) -> None:
    assert await say(judge_at, "def double(n): return 2 * n") == ("green", "")
    assert (await say(judge_at, "def double(n): return 3 * n"))[0] == "red"


@pytest.mark.parametrize(
    "result",
    ["type('Own', (int,), {})(2 * n)", "type('Own', (), {'__eq__': lambda s, o: o == 2 * n})()"],
)
async def test_what_is_no_plain_data_is_judged_together(judge: Judge, result: str) -> None:
    assert await say(judge, f"def double(n): return {result}") == ("green", "")


async def test_code_that_works_on_its_arguments_is_judged_together(judge: Judge) -> None:
    tests = """
from main import double
def test_it():
    for n in range(2, 4 + len("ab")):
        given = [n]
        wanted = [n + n]
        double(given)
        assert given == wanted
"""
    main = "def double(xs):\n    xs[0] *= 2\n"
    assert await say(judge, main, tests) == ("green", "")


@pytest.mark.parametrize("kept", ["kept", "{'in': kept}", "[(1, kept)]"])
async def test_what_the_code_goes_on_with_is_judged_together(judge: Judge, kept: str) -> None:
    tests = """
import main
def put(value):
    if isinstance(value, dict):
        value = value["in"]
    elif value and isinstance(value[0], tuple):
        value = value[0][1]
    value.append(7)
def test_it():
    before = main.size()
    put(main.all_of_it())
    assert main.size() == before + 1
"""
    main = f"kept = []\ndef all_of_it(): return {kept}\ndef size(): return len(kept)\n"
    assert await say(judge, main, tests) == ("green", "")


async def test_fresh_containers_come_across(judge: Judge) -> None:
    tests = """
from main import rows
def test_it():
    for n in range(2, 4 + len("ab")):
        wanted = {"rows": [[n, n + 1]], "set": {n}}
        assert rows(n) == wanted
"""
    main = """
        import _signal as library
        def rows(n):
            {}
            return {{"rows": [[n, n + 1]], "set": {{n}}}}
        """
    assert await say(judge, main.format("pass"), tests) == ("green", "")
    # a handler is set by the main thread only: the other process is a whole one
    on = 'library.__dict__["sig" + "nal"](10, lambda *_: None)'
    assert await say(judge, main.format(on), tests) == ("green", "")


async def test_errors_and_a_state_of_its_own_come_across(judge: Judge) -> None:
    tests = """
import pytest
import main
def test_it():
    first = main.count("a")
    assert main.count("b") == first + 1
    with pytest.raises(KeyError, match="none"):
        main.count("")
"""
    main = """
        seen = []
        def count(word):
            if not word: raise KeyError("none")
            seen.append(word)
            return len(seen)
        """
    assert await say(judge, main, tests) == ("green", "")


async def test_what_was_read_from_the_tests_is_not_there_apart(judge: Judge) -> None:
    main = """
        import _signal as library
        found = {}
        get = type.__dict__["__dict__"].__class__.__dict__["__g" + "et__"]
        def handler(number, frame):
            names = frame.__class__.__dict__
            back, own = names["f_b" + "ack"], names["f_lo" + "cals"]
            while frame is not None and "wanted" not in get(own, frame):
                frame = get(back, frame)
            found["wanted"] = frame and get(own, frame)["wanted"]
        library.__dict__["sig" + "nal"](10, handler)
        def double(n):
            library.__dict__["raise_sig" + "nal"](10)
            return found["wanted"]
        """
    verdict, reason = await say(judge, main)
    assert verdict == "tampered"
    assert reason == "test_it passes only where its code can look at it"
