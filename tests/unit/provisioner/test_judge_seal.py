"""Expected values stay outside: what the sandbox gets, and what it must have done."""

from __future__ import annotations

import marshal
from textwrap import dedent
from types import CodeType

import pytest

from provisioner.judge.claims import Exam
from provisioner.judge.patterns import is_quick
from provisioner.judge.seal import prepare


def exam_of(tests: str) -> Exam:
    exam = prepare(dedent(tests).encode())
    assert not exam.fault
    return exam


def constants(exam: Exam) -> set[object]:
    """All that the sandbox gets to see, containers opened up."""
    found: set[object] = set()

    def look(value: object) -> None:
        if isinstance(value, CodeType):
            for part in (*value.co_consts, *value.co_names):
                look(part)
        elif isinstance(value, tuple | frozenset):
            for part in value:
                look(part)
        else:
            found.add(value)

    look(marshal.loads(exam.code))
    return found


SECRET = 987654321


@pytest.mark.parametrize(
    "body",
    [
        "assert f(1) == 987654321",
        "assert 987654321 == f(1)",
        "assert f(1) != 987654321 and f(2) == 987654321",
        "assert f(1) in (1, 987654321)",
        "assert not f(1) == 987654321",
        "assert 0 < f(1) <= 987654321",
        "assert abs(f(1) - 987654321) < 1e-6",
        "assert f(1) == [1, {'a': 987654321}]",
        "assert f(1) == {'a': g(), 'b': 987654321}",
        "assert f(1) == 987654320 + 1",
        "self.assertEqual(f(1), 987654321)",
        "self.assertEqual(first=f(1), second=987654321)",
        "self.assertAlmostEqual(f(1), 987654321, places=3)",
        "self.assertIn(987654321, f(1))",
        "self.assertGreater(f(1), 987654321)",
        "self.assertCountEqual(f(1), [2, 987654321])",
        "expected = 987654321; self.assertEqual(f(1), expected)",
        "for x, y in [(1, 987654321)]: self.assertEqual(f(x), y)",
        "for i, (x, y) in enumerate([(1, 987654321)]): assert f(x) == y",
        "for x, y in {1: 987654321}.items(): assert f(x) == y",
        "for x, y in zip([1], [987654321]): assert f(x) == y",
        "for x, y in TABLE: assert f(x) == y",
        "if f(1) != 987654321: raise AssertionError('not 987654321')",
        "if f(1) != 987654321: self.fail('not 987654321')",
        "'''f(1) gives 987654321'''; assert f(1) == 987654321",
        "assert f(1) == 987654321, 'it is 987654321'",
        "assert f(1) == Decimal('987654321')",
        "assert f(1) == pytest.approx(987654321)",
        "assert all(f(x) == y for x, y in [(1, 987654321), (2, 3)])",
        "assert all([f(x) == 987654321 for x in (1, 2) if x])",
        "assert f(1) and not any(f(x) != y for x, y in [(1, 987654321)])",
        "self.assertTrue(all(f(x) == y for x, y in [(1, 987654321)]))",
        "self.assertFalse(any(f(x) != y for x, y in [(1, 987654321)]))",
        "with pytest.raises(ValueError, match='987654321'): f(1)",
        "with self.assertRaisesRegex(ValueError, '^at 987654321$'): f(1)",
    ],
)
def test_no_expected_value_enters_the_sandbox(body: str) -> None:
    table = "TABLE = [(1, 987654321)]" if "TABLE" in body else ""
    exam = exam_of(
        f"""
        import pytest
        from decimal import Decimal
        from main import f, g
        {table}
        class T:
            def test_it(self):
                {body}
        """
    )
    seen = constants(exam)
    assert SECRET not in seen
    assert not [part for part in seen if isinstance(part, str) and str(SECRET) in part]
    assert exam.sites


def test_parametrized_expectations_are_sealed_and_inputs_are_not() -> None:
    exam = exam_of(
        """
        import pytest
        from main import f
        @pytest.mark.parametrize("given,wanted", [(111, 987654321), pytest.param(222, 5, id="x")])
        def test_it(given, wanted):
            assert f(given) == wanted
        """
    )
    assert {111, 222} <= constants(exam)
    assert SECRET not in constants(exam)
    assert exam.sealed == (SECRET, 5)


@pytest.mark.parametrize(
    "body",
    [
        "for x, y in [(1, 987654321)]: assert f(x, y) == y",
        "y = 987654321; print(y); assert f(1) == y",
        "y = 987654321; y += 1; assert f(1) == y",
        "y = 987654321; g(lambda: y); assert f(1) == y",
        "for x, y in [(1, 987654321), (2, f(3))]: assert f(x) == y",
        "assert f(987654321) == 1",
    ],
)
def test_what_the_tests_use_themselves_stays_as_it_is(body: str) -> None:
    exam = exam_of(
        f"""
        from main import f, g
        def test_it():
            {body}
        """
    )
    assert SECRET in constants(exam)


def due(body: str) -> list[int]:
    """How often each assertion of a test is certain to be evaluated, by its line."""
    source = "from main import f\ndef test_it():\n" + "".join(
        f"    {line}\n" for line in dedent(body).strip().splitlines()
    )
    exam = exam_of(source)
    return [times for _, times in sorted(exam.due["test_it"].items())]


@pytest.mark.parametrize(
    ("body", "times"),
    [
        ("assert f(1) == 1\nassert f(2) == 2", [1, 1]),
        ("for i in range(3): assert f(i) == i", [3]),
        ("for i in (1, 2):\n    for j in range(4): assert f(i) == j", [8]),
        ("if f(0):\n    assert f(1) == 1", []),
        ("assert f(1) == 1\nif f(0): return\nassert f(2) == 2", [1]),
        ("while f(0):\n    assert f(1) == 1", []),
        ("for i in f(0): assert i == 1", []),
        ("for i in range(3):\n    if i: break\n    assert f(i) == 1", []),
        ("try:\n    assert f(1) == 1\nexcept ValueError: pass", []),
        ("with open('x') as file: assert f(1) == 1", [1]),
        ("with f(0): assert f(1) == 1", []),
        ("def inner(): assert f(1) == 1", []),
        ("g = lambda: self.assertEqual(f(1), 1)", []),
    ],
)
def test_what_a_passing_test_must_have_done(body: str, times: list[int]) -> None:
    assert due(body) == times


def test_helpers_called_for_certain_count() -> None:
    exam = exam_of(
        """
        from main import f
        def check(candidate):
            assert candidate(1) == 1
            for x in (1, 2): assert candidate(x) == x
        check(f)
        """
    )
    assert exam.style == "script"
    assert sorted(exam.due["script"].values()) == [1, 2]


def test_tests_that_must_be_collected() -> None:
    exam = exam_of(
        """
        import unittest, pytest
        class Mixin:
            def test_shared(self): pass
        class Base(unittest.TestCase):
            def test_base(self): pass
        class Heir(Mixin, Base):
            def test_own(self): pass
            @unittest.skip("x")
            def test_skipped(self): pass
            def helper(self): pass
        class Gone(unittest.TestCase):
            def test_gone(self): pass
        del Gone
        """
    )
    assert exam.tests == {"Base.test_base", "Heir.test_base", "Heir.test_own", "Heir.test_shared"}


@pytest.mark.parametrize(
    ("tests", "style"),
    [
        ("assert True", "script"),
        ("def check(c): assert c(1)\ncheck(print)", "script"),
        ("def test_a(): pass", "functions"),
        ("async def test_a(): pass", "functions"),
        ("def test_a(tmp_path): pass", "pytest"),
        ("import pytest\ndef test_a(): pass", "pytest"),
        ("class TestA:\n    def test_a(self): pass", "pytest"),
        ("import unittest\nclass A(unittest.TestCase):\n    def test_a(self): pass", "unittest"),
        ("from unittest import *\nclass A(TestCase):\n    def test_a(self): pass", "unittest"),
        ("def f():\n    '''\n    >>> 1\n    1\n    '''", "doctest"),
    ],
)
def test_the_style_is_recognised(tests: str, style: str) -> None:
    assert exam_of(tests).style == style


def test_what_cannot_be_read_is_the_tests_fault() -> None:
    for source in (b"def (:", b"\x00", b"\xff\xfe", b"(" * 5000):
        assert prepare(source).fault


@pytest.mark.parametrize(
    "body",
    [
        "assert all(g(lambda: x) for x in [1])",  # the lambda would see the loop's last value
        "assert all((y := x) for x in [1])",
        "assert all(sum)",
        "assert any(f(x) for x in [1, 2])",
    ],
)
def test_what_is_no_plain_loop_stays_as_it_is(body: str) -> None:
    exam = exam_of(
        f"""
        from main import f, g
        def test_it():
            {body}
        """
    )
    assert len(exam.sites) == 1
    assert not exam.looped["test_it"]


def test_a_loop_of_assertions_is_known_as_one() -> None:
    exam = exam_of(
        """
        import main
        def test_it():
            for n in main.CASES:
                assert main.f(n)
        def test_all():
            assert all(main.f(n) for n in main.CASES)
        def test_certain():
            assert main.f(1)
        def test_by_chance():
            if main.f(1):
                for n in main.CASES:
                    assert n
        """
    )
    assert {name: len(sites) for name, sites in exam.looped.items()} == {
        "test_it": 1,
        "test_all": 1,
        "test_certain": 0,
        "test_by_chance": 0,
    }


def test_docstrings_stay_outside_unless_the_tests_read_them() -> None:
    tests = """
        from main import wraps
        def test_it():
            'says 987654321'
            @wraps
            def inner():
                'doc of inner'
            assert inner.{} == 'doc of inner'
        """
    assert "doc of inner" in constants(exam_of(tests.format("__doc__")))
    assert "doc of inner" not in constants(exam_of(tests.format("text")))
    assert "says 987654321" not in constants(exam_of(tests.format("__doc__")))


@pytest.mark.parametrize(
    ("pattern", "quick"),
    [
        ("must not be negative", True),
        (r"\d+ items \(\*\)", True),
        ("a.*b", True),
        ("[0-9]{2}", True),
        ("(a|b) c", True),
        ("(a|b)*c", False),
        ("a*a*b", False),
        ("(a+)+$", False),
        ("(", False),
    ],
)
def test_only_quick_patterns_are_matched_outside(pattern: str, quick: bool) -> None:
    assert is_quick(pattern) is quick
