"""How a test file wants to be run is read from its source."""

from __future__ import annotations

from textwrap import dedent

import pytest

from provisioner.judge.claims import Exam
from provisioner.judge.seal import prepare

MIXIN = """
    import unittest

    class TestShared:
        def test_it(self): self.assertEqual(self.made(), 1)

    class OneTest(TestShared, unittest.TestCase):
        def made(self): return 1
"""
NESTED = """
    import unittest

    class Base:
        class Contract(unittest.TestCase):
            def test_it(self): self.assertEqual(self.made(), 1)

    class OneTest(Base.Contract):
        def made(self): return 1
"""
MADE_UP = """
    import unittest

    class OneTest(unittest.TestCase): pass

    setattr(OneTest, "test_it", lambda self: self.assertTrue(1))
    if __name__ == "__main__":
        unittest.main()
"""
SETUP = """
    made = []

    def setup_module(): made.append(1)

    def test_it(): assert made == [1]
"""
ANSWERS = """
    from main import add

    def test_it(): return add(1, 2) == 3

    if __name__ == "__main__":
        assert test_it()
"""


def exam_of(tests: str) -> Exam:
    exam = prepare(dedent(tests).encode())
    assert not exam.fault
    return exam


@pytest.mark.parametrize(
    ("tests", "style", "names"),
    [
        (MIXIN, "unittest", {"OneTest.test_it"}),
        (NESTED, "unittest", {"OneTest.test_it"}),
        (MADE_UP, "unittest", set()),
        (SETUP, "pytest", {"test_it"}),
        (ANSWERS, "script", set()),
    ],
    ids=["mixin", "nested", "made up", "setup", "answers"],
)
def test_the_way_of_running_takes_all_tests(tests: str, style: str, names: set[str]) -> None:
    exam = exam_of(tests)
    assert exam.style == style
    assert exam.tests == names


def test_the_cases_of_a_table_are_counted() -> None:
    exam = exam_of("""
        import pytest

        @pytest.mark.parametrize("n", [1, 2, 3])
        @pytest.mark.parametrize("m", (0, 1))
        def test_both(n, m): assert n > m - 9

        @pytest.mark.parametrize("n", unknown())
        def test_one(n): assert n
    """)
    assert exam.cases == {"test_both": 6, "test_one": 1}


def test_short_names_of_assertions_are_sealed_like_the_long_ones() -> None:
    exam = exam_of("""
        import unittest
        from main import f

        class OneTest(unittest.TestCase):
            def test_it(self):
                eq = self.assertEqual
                eq(f(1), 42)
    """)
    assert [site.sealed for site in exam.sites] == [True]


def test_a_name_that_means_more_than_an_assertion_is_left_alone() -> None:
    exam = exam_of("""
        import unittest
        from main import f

        class OneTest(unittest.TestCase):
            def test_it(self):
                eq = self.assertEqual
                eq = print
                eq(f(1), 42)
    """)
    assert not exam.sites


def test_what_the_tests_replace_themselves_is_known() -> None:
    exam = exam_of("""
        import random, time
        time.time = iter([1]).__next__
        setattr(random, "random", max)
        assert time.time() == 1
    """)
    assert {"time.time", "random.random"} <= set(exam.replaced)
