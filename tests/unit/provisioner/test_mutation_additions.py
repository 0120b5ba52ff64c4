"""A suite may gain tests; whatever it loses or bends is named."""

from __future__ import annotations

import pytest

from provisioner.quality.mutation.additions import only_adds

OLD = b'''"""Tests."""
import unittest
import pytest
from main import total, Cart

LIMIT = 3


def helper(x):
    return x + 1


class TestTotal(unittest.TestCase):
    def setUp(self):
        self.cart = Cart()

    def test_adds(self):
        """Adds."""
        items = [1, 2]
        self.assertEqual(total(items), 3)
        self.assertEqual(total([]), 0)

    def test_refuses(self):
        with self.assertRaises(TypeError):
            total("abc")


@pytest.mark.parametrize("given, expected", [(1, 1), (2, 2)])
def test_one(given, expected):
    for extra in (0, 1):
        assert total([given, extra]) == expected + extra
'''

ADDING = {
    "nothing": (b"", b""),
    "a docstring and blank lines": (b'"""Adds."""', b'"""Adds up."""\n\n'),
    "a test": (b"@pytest.mark", b"def test_new():\n    assert total([7]) == 7\n\n@pytest.mark"),
    "a class": (
        b"@pytest.mark",
        b"class TestMore(unittest.TestCase):\n    def setUp(self):\n        self.more = 1\n"
        b"    def test_more(self):\n        self.assertEqual(total([9]), 9)\n\n@pytest.mark",
    ),
    "a method": (
        b"    def test_refuses",
        b"    def test_two(self):\n        self.assertEqual(total([2]), 2)\n\n    def test_refuses",
    ),
    "an import": (
        b"from main import total, Cart",
        b"import math\nfrom main import Cart, Item, total",
    ),
    "an assertion": (
        b"        self.assertEqual(total([]), 0)",
        b"        more = total([5])\n        self.assertEqual(more, 5)\n"
        b"        self.assertEqual(total([]), 0)",
    ),
    "a case": (b"[(1, 1), (2, 2)]", b"[(1, 1), (2, 2), (3, 3)]"),
    "a turn of a loop": (b"in (0, 1)", b"in (0, 5, 1)"),
    "a constant": (b"LIMIT = 3", b"LIMIT = 3\nOTHER = 4"),
    "a main guard": (b"LIMIT = 3", b"LIMIT = 3\nif __name__ == '__main__':\n    unittest.main()"),
    "an expected exception": (
        b"        self.assertEqual(total([]), 0)",
        b"        self.assertEqual(total([]), 0)\n"
        b"        with self.assertRaises(TypeError):\n            total(None)",
    ),
}

BENDING = {
    "a lost test": (b"def test_refuses", b"def check_refuses", "TestTotal.test_refuses: lost"),
    "a lost assertion": (
        b"        self.assertEqual(total([]), 0)\n",
        b"",
        "TestTotal.test_adds: lost `self.assertEqual(total([]), 0)`",
    ),
    "another expected value": (
        b"(total(items), 3)",
        b"(total(items), 4)",
        "TestTotal.test_adds: lost `self.assertEqual(total(items), 3)`",
    ),
    "another input": (b"items = [1, 2]", b"items = [3]", "TestTotal.test_adds: changed"),
    "a lost case": (b"[(1, 1), (2, 2)]", b"[(1, 1)]", "test_one: changed"),
    "a lost turn": (b"in (0, 1)", b"in (0,)", "test_one: changed"),
    "an early return": (
        b"        items =",
        b"        return\n        items =",
        "TestTotal.test_adds: changed",
    ),
    "a skip in a test": (
        b"        items =",
        b"        self.skipTest('')\n        items =",
        "TestTotal.test_adds: changed",
    ),
    "a rebound variable": (
        b"        self.assertEqual(total(items), 3)",
        b"        items = [3]\n        self.assertEqual(total(items), 3)",
        "TestTotal.test_adds: changed",
    ),
    "a skip above": (
        b"    def test_refuses",
        b"    @unittest.skip('')\n    def test_refuses",
        "TestTotal.test_refuses: changed",
    ),
    "a dead branch": (
        b"        with self.assertRaises(TypeError):\n            total",
        b"        if False:\n          with self.assertRaises(TypeError):\n            total",
        "TestTotal.test_refuses: changed",
    ),
    "a guarded assertion": (
        b"        self.assertEqual(total([]), 0)",
        b"        try:\n            self.assertEqual(total([]), 0)\n"
        b"        except AssertionError: pass",
        "TestTotal.test_adds: changed",
    ),
    "a wider exception": (
        b"assertRaises(TypeError)",
        b"assertRaises(Exception)",
        "TestTotal.test_refuses: lost `with self.assertRaises(TypeError): total('abc')`",
    ),
    "another helper": (b"return x + 1", b"return x", "helper: changed"),
    "a lost helper": (b"def helper(x)", b"def helped(x)", "helper: lost"),
    "another fixture": (b"self.cart = Cart()", b"self.cart = None", "TestTotal.setUp: changed"),
    "another base": (b"(unittest.TestCase)", b"(object)", "TestTotal: changed"),
    "another constant": (b"LIMIT = 3", b"LIMIT = 4", "`LIMIT = 3`: lost or changed"),
    "a lost import": (b"import total, Cart", b"import total", "import of main.Cart: lost"),
    "another import": (
        b"import pytest",
        b"import pytest\nfrom other import total",
        "import of other.total: may change what other tests do",
    ),
    "everything imported": (
        b"import pytest",
        b"import pytest\nfrom other import *",
        "import of other.*: may change what other tests do",
    ),
    "a shadow": (
        b"LIMIT = 3",
        b"LIMIT = 3\ndef total(x): return 3",
        "total: may change what other tests do",
    ),
    "a shadowed builtin": (
        b"LIMIT = 3",
        b"LIMIT = 3\nlen = total",
        "`len = total`: may change what other tests do",
    ),
    "a twin": (
        b"@pytest.mark",
        b"def helper(x):\n    return x\n\n@pytest.mark",
        "helper: defined once more",
    ),
    "a fixture for all": (
        b"LIMIT = 3",
        b"LIMIT = 3\n@pytest.fixture(autouse=True)\ndef off(monkeypatch): pass",
        "off: may change what other tests do",
    ),
    "a hook": (
        b"LIMIT = 3",
        b"LIMIT = 3\ndef setUpModule(): pass",
        "setUpModule: may change what other tests do",
    ),
    "a method of all": (
        b"    def setUp",
        b"    def assertEqual(self, a, b): pass\n    def setUp",
        "TestTotal.assertEqual: may change what other tests do",
    ),
    "a patched class": (
        b"LIMIT = 3",
        b"LIMIT = 3\nunittest.TestCase.assertEqual = print",
        "`unittest.TestCase.assertEqual = print`: may change what other tests do",
    ),
    "a patch from within": (
        b"@pytest.mark",
        b"def test_new():\n    Cart.total = None\n    assert total([]) == 0\n\n@pytest.mark",
        "test_new: may change what other tests do",
    ),
    "an exit": (
        b"LIMIT = 3",
        b"LIMIT = 3\nimport sys\nsys.exit(0)",
        "`sys.exit(0)`: may change what other tests do",
    ),
    "a mark for all": (
        b"LIMIT = 3",
        b"LIMIT = 3\npytestmark = pytest.mark.skip",
        "`pytestmark = pytest.mark.skip`: may change what other tests do",
    ),
    "a syntax error": (
        b"LIMIT = 3",
        b"LIMIT = ",
        "the new suite cannot be read: invalid syntax (<unknown>, line 6)",
    ),
}


def changed(before: bytes, after: bytes) -> bytes:
    assert before in OLD
    return OLD.replace(before, after, 1)


@pytest.mark.parametrize("what", ADDING)
def test_what_only_adds_is_no_finding(what: str) -> None:
    assert only_adds(OLD, changed(*ADDING[what])) == ()


@pytest.mark.parametrize("what", BENDING)
def test_what_bends_the_suite_is_named(what: str) -> None:
    before, after, finding = BENDING[what]
    assert finding in only_adds(OLD, changed(before, after))


def test_plain_scripts_may_gain_assertions_and_calls() -> None:
    old = b"from main import *\n\ndef check(f):\n    assert f(1) == 1\n\ncheck(total)\n"
    more = old.replace(b"    assert", b"    assert f(2) == 2\n    assert")
    more += b"assert total(9) == 9\ndef check_more(g):\n    assert g(3) == 3\ncheck_more(total)\n"
    assert only_adds(old, more) == ()
    assert only_adds(old, old.replace(b"check(total)\n", b"")) == (
        "`check(total)`: lost or changed",
    )


def test_what_never_ran_cannot_be_lost() -> None:
    assert only_adds(b"def test(:", b"assert 1") == ()
