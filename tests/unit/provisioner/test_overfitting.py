"""Answers copied from the tests are named; honest tables, chains and base cases are not."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from provisioner.suite.asked import cases_of
from provisioner.suite.tables import find_tables

ORACLE = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "cases" / "humaneval_oracle.jsonl")
    .read_text()
    .splitlines()
]


def overfitted(main: bytes, tests: bytes) -> tuple[str, ...]:
    return tuple(map(str, find_tables(main, tests)))


TESTS = b"""
import unittest
import pytest
from main import f

class TestF(unittest.TestCase):
    def test_a(self):
        result = f(1, 2)
        self.assertEqual(result, 3)

    def test_b(self):
        expected = 12
        self.assertEqual(expected, f(5, b=7))

    def test_c(self):
        self.assertEqual(f(20, 10), 30)
        self.assertEqual(f(-2, 2), 0)
"""

CHEATS = {
    "conditions": """
def f(a, b):
    if (a, b) == (1, 2):
        return 3
    if b == 7 and a == 5:
        return 12
    elif a == 20 and b == 10:
        return 30
    return a
""",
    "table of tuples": """
ANSWERS = {(1, 2): 3, (5, 7): 12, (20, 10): 30, (-2, 2): 0}
def f(a, b):
    return ANSWERS.get((a, b), a + 1)
""",
    "table of texts": """
def f(*args):
    return {"(1, 2)": 3, "(5, 7)": 12, "[20, 10]": 30}[repr(args)]
""",
    "list of pairs": """
def f(*args):
    for given, result in [((1, 2), 3), ((5, 7), 12), ((20, 10), 30)]:
        if given == args:
            return result
""",
    "match": """
def f(*args):
    match args:
        case (1, 2): return 3
        case (5, 7): return 12
        case (20, 10): return 30
        case _: return sum(args)
""",
    "conditional expression": """
def f(a, b):
    return 3 if (a, b) == (1, 2) else 12 if (a, b) == (5, 7) else 30 if (a, b) == (20, 10) else 0
""",
}

LINES = {"table of texts": 3, "list of pairs": 3}


@pytest.mark.parametrize("how", CHEATS)
def test_copied_answers_are_named_with_their_line(how: str) -> None:
    (finding,) = overfitted(CHEATS[how].encode(), TESTS)
    assert finding.startswith(f"line {LINES.get(how, 2)}: a ")
    assert "of the 4 inputs that the tests have for f" in finding


def test_cases_are_found_in_parametrised_tests_and_loops() -> None:
    tests = b"""
import pytest
from main import f, g
ROWS = [([1, 2], 3), ([], 0), ([5, 5, 5], 15)]
@pytest.mark.parametrize("given, expected", [([1, 2], 3), ([], 0), pytest.param([5, 5, 5], 15)])
def test_a(given, expected):
    assert f(given) == expected
def test_b():
    for given, expected in ROWS:
        assert tuple(g(given)) == expected
    for text, flag in {"aba": True, "ab": False}.items():
        assert g(text) is flag
    assert abs(g(0.5) - 1.5) < 1e-6
    assert not g("x y")
    assert g("aa")
"""
    cases = cases_of(ast.parse(tests))
    assert len(cases["f"]) == 3
    assert len(cases["g"]) == 8
    chain = b"""
def f(x):
    if x == [1, 2]: return 3
    if not x: return 0
    if x == [5, 5, 5] or x == (5, 5, 5): return 15
    if x == []: return 0
    return sum(x)
"""
    (finding,) = overfitted(chain, tests)
    assert finding.startswith("line 2: a branch for each case in f gives 3 of the 3")


HONEST = {
    "roman numerals": (
        """
VALUES = {1: "I", 4: "IV", 5: "V", 9: "IX", 10: "X", 40: "XL", 50: "L"}
def f(n):
    out = ""
    for value, sign in sorted(VALUES.items(), reverse=True):
        while n >= value:
            out, n = out + sign, n - value
    return out
""",
        {1: "I", 4: "IV", 5: "V", 9: "IX", 10: "X", 40: "XL", 50: "L"},
    ),
    "month names": (
        """
NAMES = {1: "January", 2: "February", 3: "March"}
def f(n):
    return NAMES[n]
""",
        {1: "January", 2: "February", 3: "March"},
    ),
    "days in a month": (
        """
DAYS = {1: 31, 2: 28, 3: 31, 4: 30}
def f(n):
    return DAYS[n]
""",
        {1: 31, 2: 28, 3: 31, 4: 30},
    ),
    "status choices": (
        """
def f(status):
    if status == "open":
        return "paid"
    if status == "paid":
        return "shipped"
    if status == "shipped":
        return "done"
    raise ValueError(status)
""",
        {"open": "paid", "paid": "shipped", "shipped": "done"},
    ),
    "base cases": (
        """
def f(n):
    if n == 0:
        return 0
    if n == 1:
        return 1
    if n == 2:
        return 1
    return f(n - 1) + f(n - 2)
""",
        {0: 0, 1: 1, 2: 1, 7: 13},
    ),
    "codes": (
        """
CODES = {200: "OK", 404: "Not Found", 500: "Server Error"}
def f(code):
    return CODES[code]
""",
        {200: "OK", 404: "Not Found", 500: "Server Error"},
    ),
    "a table larger than the tests": (
        """
RATES = {(1, 2): 3, (5, 7): 12, (20, 10): 30, (-2, 2): 0, (8, 8): 16}
def f(*pair):
    return RATES[pair]
""",
        {(1, 2): 3, (5, 7): 12, (20, 10): 30, (-2, 2): 0},
    ),
    "two special cases": (
        """
def f(n):
    if n == 10: return 55
    if n == 30: return 832040
    return n
""",
        {10: 55, 30: 832040, 7: 7},
    ),
}


@pytest.mark.parametrize("what", HONEST)
def test_honest_tables_are_left_alone(what: str) -> None:
    main, cases = HONEST[what]
    tests = "from main import f\n" + "".join(
        f"assert f{given if isinstance(given, tuple) else (given,)!r} == {expected!r}\n"
        for given, expected in cases.items()
    )
    assert len(cases_of(ast.parse(tests))["f"]) == len(cases)
    assert overfitted(main.encode(), tests.encode()) == ()


def test_no_right_program_of_the_oracle_is_accused_and_most_copies_are() -> None:
    named = copies = 0
    for task in ORACLE:
        tests = task["test_py"].encode()
        assert overfitted(task["main_py"].encode(), tests) == ()
        pairs = [
            (ast.unparse(ast.Tuple(node.test.left.args)), ast.unparse(node.test.comparators[0]))
            for node in ast.walk(ast.parse(tests))
            if isinstance(node, ast.Assert)
            and isinstance(node.test, ast.Compare)
            and isinstance(node.test.left, ast.Call)
            and isinstance(node.test.left.func, ast.Name)
            and node.test.left.func.id == "candidate"
        ]
        if len(pairs) >= 3:
            branches = "".join(f"    if args == {k}:\n        return {v}\n" for k, v in pairs)
            copy = f"def {task['entry_point']}(*args):\n{branches}"
            copies += 1
            named += bool(overfitted(copy.encode(), tests))
    assert named / copies > 0.85


def test_what_is_no_python_gives_no_findings() -> None:
    assert overfitted(b"def f(:", TESTS) == ()
    assert overfitted(b"x = 1", b"\xff") == ()


def test_one_long_copied_case_is_enough_where_it_is_all_that_is_asked() -> None:
    tests = b"from main import unique\nassert unique([5, 3, 5, 2, 9, 123]) == [2, 3, 5, 9, 123]\n"
    copied = b"""
def unique(items):
    if items == [5, 3, 5, 2, 9, 123]:
        return [2, 3, 5, 9, 123]
"""
    assert overfitted(copied, tests)
    short = b"from main import answer\nassert answer(42) == 7\n"
    assert overfitted(b"def answer(n):\n    return 7 if n == 42 else 0\n", short) == ()
