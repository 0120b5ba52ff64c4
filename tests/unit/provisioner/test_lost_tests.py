"""What a test file would lose if another one took its place."""

from __future__ import annotations

import pytest

from provisioner.suite.parse import lost_tests

TWO = b"""
import unittest

class SumTest(unittest.TestCase):
    def test_adds(self):
        self.assertEqual(add(1, 2), 3)
        self.assertEqual(add(1, -1), 0)

    def test_zero(self):
        self.assertEqual(add(0, 1), 1)
"""


@pytest.mark.parametrize(
    ("new", "lost"),
    [
        (TWO, ()),
        (TWO + b"    def test_more(self):\n        self.assertEqual(add(5, 5), 10)\n", ()),
        (TWO.replace(b"test_zero", b"test_nothing"), ("SumTest.test_zero",)),
        (TWO.replace(b"SumTest", b"AddTest"), ("SumTest.test_adds", "SumTest.test_zero")),
        (
            TWO.replace(b"        self.assertEqual(add(1, -1), 0)\n", b""),
            ("SumTest.test_adds: 1 of 2 assertions left",),
        ),
        (b"not Python (", ("SumTest.test_adds", "SumTest.test_zero")),
    ],
)
def test_tests_are_told_by_their_names_and_assertions(new: bytes, lost: tuple[str, ...]) -> None:
    assert lost_tests(TWO, new) == lost


def test_a_plain_script_is_told_by_its_assertions() -> None:
    old = b"from main import add\nassert add(1, 2) == 3\nassert add(0, 0) == 0\n"
    assert lost_tests(old, b"from main import add\nassert add(1, 2) == 3\n") == (
        "outside of test functions: 1 of 2 assertions left",
    )


def test_what_is_no_python_never_tested_anything() -> None:
    assert lost_tests(b"def (", TWO) == ()
