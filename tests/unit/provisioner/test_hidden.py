"""What is hidden from the writer of main.py, and what stays."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioner.judge.verdict import Judgement, TestResult
from provisioner.quality.hidden import Split, hidden_failures, split
from provisioner.quality.pieces import test_in_words as in_words
from provisioner.suite.parse import assertions_of, find_tests

ORACLE = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "cases" / "humaneval_oracle.jsonl")
    .read_text()
    .splitlines()
]

UNITTEST = b'''# -*- coding: utf-8 -*-
import unittest

from main import total


class TestTotal(unittest.TestCase):
    def setUp(self):
        self.items = [1, 2]

    def test_adds_up(self):
        """Adds what is in the list."""
        self.assertEqual(total(self.items), 3)

    # 7 is the secret of this one
    @unittest.skipIf(False, "")
    def test_returns_7_for_seven(self):
        self.assertEqual(total([7]), 7)
        # and of this: 7

    def test_empty_is_zero(self): self.assertEqual(total([]), 0)

    async def test_paid(self):
        """Gives "paid" for 3."""
        self.assertEqual("paid", "paid")


class TestRefusals(unittest.TestCase):
    def test_refuses_text(self):
        with self.assertRaises(TypeError):
            total("abc")


if __name__ == "__main__":
    unittest.main()
'''


def names(tests: bytes) -> set[str]:
    return {name for test in find_tests(ast.parse(tests)) for name in test.names}


def suite(count: int, style: str) -> bytes:
    if style == "functions":
        head, indent = "from main import f\n\n\n", ""
    else:
        head, indent = (
            "import unittest\nfrom main import f\n\n\nclass TestF(unittest.TestCase):\n",
            "    ",
        )
    given = "self" if indent else ""
    return (
        head
        + "".join(
            f"{indent}def test_case_{n}({given}):\n{indent}    assert f({n}) == {n}\n\n"
            for n in range(count)
        )
    ).encode()


@settings(deadline=None)  # the machine may be busy
@given(st.integers(1, 30), st.sampled_from(["functions", "classes"]), st.text(max_size=8))
def test_a_quarter_of_the_tests_is_hidden_and_the_rest_stays(
    count: int, style: str, secret: str
) -> None:
    tests = suite(count, style)
    parts = split(tests, secret=secret)
    assert names(parts.visible) | set(parts.hidden) == names(tests)
    assert not names(parts.visible) & set(parts.hidden)
    assert len(parts.hidden) == (count // 4 if count >= 4 else 0)
    assert len(parts.described) == len(parts.hidden or parts.partly)
    assert parts == split(tests, secret=secret)


def test_the_secret_decides_which() -> None:
    tests = suite(20, "functions")
    assert len({split(tests, secret=str(number)).hidden for number in range(20)}) > 10


@pytest.mark.parametrize("number", range(8))
def test_what_stays_is_kept_to_the_byte(number: int) -> None:
    parts = split(UNITTEST, secret=str(number))
    kept = parts.visible.splitlines()
    lines = UNITTEST.splitlines()
    assert [line for line in kept if line not in lines] in ([], [b"    pass"])
    assert names(parts.visible) | set(parts.hidden) == names(UNITTEST)
    if parts.hidden == ("TestTotal.test_returns_7_for_seven",):
        assert b"7" not in parts.visible
        assert b"skipIf" not in parts.visible


def test_a_class_that_loses_all_its_tests_stays_valid() -> None:
    lonely = b"""
class TestLonely(unittest.TestCase):
    def test_tells(self):
        self.assertEqual(total([1, 2]), 3)
"""
    weak = b"".join(b"def test_%d(): assert total([]) == 0\n" % number for number in range(3))
    parts = split(b"import unittest\nfrom main import total\n" + lonely + weak, secret="a")
    assert parts.hidden == ("TestLonely.test_tells",)
    assert b"class TestLonely(unittest.TestCase):\n    pass\n" in parts.visible


def test_descriptions_hold_no_values() -> None:
    described = {test.names[0]: in_words(test) for test in find_tests(ast.parse(UNITTEST))}
    assert described == {
        "TestTotal.test_adds_up": "total: Adds what is in the list.",
        "TestTotal.test_returns_7_for_seven": "total: returns … for seven",
        "TestTotal.test_empty_is_zero": "total: empty is zero",
        "TestTotal.test_paid": "total: …",
        "TestRefusals.test_refuses_text": "refusals: refuses text",
    }
    parts = split(UNITTEST, secret="a")
    assert [described[name] for name in parts.hidden] == list(parts.described)


def test_what_a_constant_would_pass_is_hidden_last() -> None:
    hidden = {name for n in range(40) for name in split(UNITTEST, secret=str(n)).hidden}
    assert hidden == {"TestTotal.test_adds_up", "TestTotal.test_returns_7_for_seven"}


def test_no_constant_passes_what_is_hidden_where_answers_are_plain() -> None:
    script = b"from main import even\n" + b"".join(
        b"assert even(%d) == %s\n" % (n, b"True" if n in (2, 4) else b"False") for n in range(8)
    )
    for number in range(20):
        visible = split(script, secret=str(number)).visible
        gone = [line for line in script.splitlines() if line not in visible]
        assert sorted(line.rpartition(b" ")[2] for line in gone) == [b"False", b"True"]


@pytest.mark.parametrize("check", ["assert True", "assert 1 == 1, 'fine'"])
def test_what_cannot_fail_is_neither_counted_nor_hidden(check: str) -> None:
    script = f"from main import f\nassert f(1) == 10\nassert f(2) == 20\n{check}\n"
    for number in range(10):
        visible = split(script.encode(), secret=str(number)).visible.decode()
        assert check in visible
        assert visible.count("assert f") == 1


def test_line_ends_and_encodings_are_kept() -> None:
    source = suite(4, "classes").replace(b"\n", b"\r\n")
    parts = split(b"# coding: latin-1\r\nNAME = '\xe9'\r\n" + source, secret="a")
    assert len(parts.hidden) == 1
    assert parts.visible.startswith(b"# coding: latin-1\r\nNAME = '\xe9'\r\n")
    assert b"\n" not in parts.visible.replace(b"\r\n", b"")
    marked = split(b"\xef\xbb\xbf" + suite(4, "functions"), secret="a").visible
    assert marked.startswith(b"\xef\xbb\xbffrom main")


def test_a_test_that_is_called_at_the_end_takes_its_call_along() -> None:
    tests = suite(4, "functions") + b"".join(b"test_case_%d()\n" % n for n in range(4))
    parts = split(tests, secret="a")
    (hidden,) = parts.hidden
    assert hidden.encode() not in parts.visible
    assert parts.visible.count(b"()\n") == 3


def test_a_test_that_others_refer_to_is_never_hidden() -> None:
    tests = suite(4, "functions") + b"\nALL = [test_case_0, test_case_1]\nrun = 'test_case_2'\n"
    assert {split(tests, secret=str(n)).hidden for n in range(20)} == {("test_case_3",)}


def test_inherited_tests_are_hidden_for_every_class() -> None:
    tests = b"""
import unittest
class TestBase(unittest.TestCase):
    def test_a(self): self.assertEqual(1, 1)
    def test_b(self): self.assertEqual(1, 1)
    def test_c(self): self.assertEqual(1, 1)
    def test_d(self): self.assertEqual(1, 1)
class TestMore(TestBase):
    size = 2
"""
    parts = split(tests, secret="x")
    method = parts.hidden[0].partition(".")[2]
    assert parts.hidden == (f"TestBase.{method}", f"TestMore.{method}")


def test_tests_that_cannot_be_read_stay_as_they_are() -> None:
    for broken in (b"def test(:\n", b"\xff\xfe", b"# coding: nonsense\n"):
        assert split(broken, secret="a") == Split(broken)


def test_right_programs_are_green_on_the_visible_part_of_every_oracle_suite(
    tmp_path: Path,
) -> None:
    hidden = 0
    program = ["import sys, types"]
    for number, task in enumerate(ORACLE):
        parts = split(task["test_py"].encode(), secret="run-1")
        asserted = len(assertions_of(ast.parse(task["test_py"])))
        left = len(assertions_of(ast.parse(parts.visible)))
        assert asserted - left == len(parts.described)
        assert asserted < 4 or 1 <= len(parts.described) <= asserted // 4
        assert parts.partly == (("script",) if parts.described else ())
        hidden += len(parts.described)
        program.append(
            f"main = sys.modules['main'] = types.ModuleType('main')\n"
            f"exec({task['main_py']!r}, main.__dict__)\n"
            f"exec(compile({parts.visible!r}, 'task-{number}', 'exec'), {{}})"
        )
    assert hidden > 200
    file = tmp_path / "all.py"
    file.write_text("\n".join(program))
    subprocess.run([sys.executable, "-I", file], check=True, capture_output=True, timeout=60)


SCRIPT = b"""from main import make, total

def check(candidate):
    stack = make()
    assert stack.pop() == 1
    assert candidate([1, 2]) == 3, "three"  # 3
    # five of them
    assert candidate([5]) == 5
    if candidate:
        assert candidate([]) == 0
    for n in range(3):
        assert candidate([n]) == n
    with raises(ValueError):
        candidate("x")
    assert (n := total([4])) == 4
    assert total([n]) == 4

check(total)
"""


def test_only_assertions_that_nothing_else_depends_on_are_hidden() -> None:
    gone: set[str] = set()
    for number in range(60):
        visible = split(SCRIPT, secret=str(number)).visible
        ast.parse(visible)
        gone |= {line.strip().decode() for line in SCRIPT.splitlines() if line not in visible}
    assert {
        'assert candidate([1, 2]) == 3, "three"  # 3',
        "assert candidate([5]) == 5",
    } <= gone
    assert not gone & {
        "assert stack.pop() == 1",
        "assert candidate([n]) == n",
        "assert (n := total([4])) == 4",
        "assert total([n]) == 4",
    }


def test_hidden_assertions_are_described_by_what_they_call() -> None:
    described = {one for n in range(30) for one in split(SCRIPT, secret=str(n)).described}
    assert described == {"what total(list) does"}


def test_cases_of_a_parametrised_test_are_hidden() -> None:
    tests = b"""import pytest
from main import f

@pytest.mark.parametrize(("given", "expected"), [
    (1, 1),
    (2, 4),  # two
    (3, 9),
    (4, 16),
    (5, 25),
    (6, 36),
    (7, 49),
    (8, 64),
])
def test_squares(given, expected):
    assert f(given) == expected
"""
    parts = split(tests, secret="a")
    assert parts.partly == ("test_squares",)
    assert parts.described == ("a further case of: squares",) * 2
    assert parts.visible.count(b"), ") + parts.visible.count(b"),\n") == 7
    compile(parts.visible, "test.py", "exec")


def test_rows_of_a_loop_of_subtests_are_hidden() -> None:
    tests = b"""import unittest
from main import f
CASES = [("a", 1), ("b", 2), ("c", 3), ("d", 4)]
class TestF(unittest.TestCase):
    def test_all(self):
        for given, expected in CASES:
            with self.subTest(given):
                self.assertEqual(f(given), expected)
"""
    parts = split(tests, secret="a")
    assert parts.partly == ("TestF.test_all",)
    rows = ast.parse(parts.visible).body[2]
    assert isinstance(rows, ast.Assign)
    assert len(ast.literal_eval(rows.value)) == 3


def test_examples_of_a_doctest_are_hidden() -> None:
    tests = b'''"""
>>> from main import f
>>> x = f(0)
>>> f(1)
1
>>> f(2)
4
>>> f(3)
9
>>> f(4)
16
"""
'''
    parts = split(tests, secret="a")
    assert parts.partly == ("doctest",)
    assert parts.described == ("what f(int) does",)
    assert parts.visible.count(b">>> f(") == 3
    assert b">>> x = f(0)" in parts.visible


def judgement(*failed: str) -> Judgement:
    tests = tuple(TestResult(name, "failed", "AssertionError", "expected 42") for name in failed)
    passed = TestResult("test_fine", "passed", assertions=1)
    return Judgement("red", (*tests, passed), 1, "", "", "none", 0.1)


def test_hidden_failures_are_told_in_words_alone() -> None:
    parts = Split(b"", ("test_a", "test_b", "test_c"), (), ("adds", "refuses text", "sorts"))
    told = hidden_failures(judgement("test_b", "test_a[one]", "test_a[two]", "test_x"), parts)
    assert told.startswith("2 of 3 hidden tests failed. They check:\n- adds\n- refuses text\n")
    assert "42" not in told
    assert "sorts" not in told


def test_a_partly_hidden_test_shows_nothing_of_its_failure() -> None:
    parts = Split(b"", (), ("script",), ("what f(int) does", "what f(str) does"))
    told = hidden_failures(judgement("script"), parts)
    assert told.startswith("At least one of 2 hidden checks failed.")
    assert "42" not in told


def test_nothing_is_said_where_nothing_hidden_failed() -> None:
    parts = Split(b"", ("test_a",), (), ("adds",))
    assert hidden_failures(judgement("test_x"), parts) == ""
