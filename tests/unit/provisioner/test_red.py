"""Tests are seen red before there is code; what is not red by its own doing is sent back."""

from __future__ import annotations

from textwrap import dedent

import pytest

from provisioner.judge.judge import Judge
from provisioner.judge.red import RedReport, see_red


async def look(judge: Judge, tests: str) -> RedReport:
    return await see_red(judge, dedent(tests).encode())


@pytest.mark.parametrize(
    "tests",
    [
        "from main import f\ndef test_it(): assert f(1) == 2\n",
        "from main import f\nassert f(1) == 2\n",
        "from main import *\nassert f(1) == 2\n",
        "import main, pytest\ndef test_it():\n    with pytest.raises(Exception): main.f(-1)\n",
        "import main, pytest\ndef test_it():\n    with pytest.raises(RuntimeError): main.f(-1)\n",
        "from main import A\ndef test_it(): assert A().x == 1\n",
        "from main import LIMIT\ndef test_it(): assert LIMIT\n",
        "from main import LIMIT\ndef test_it(): assert LIMIT != 4\n",
        "import pytest\nfrom main import S\n@pytest.mark.parametrize('s', [S.A, S.B])\n"
        "def test_it(s): assert s.value == 1\n",
        "import unittest\nfrom main import E, f\nclass T(unittest.TestCase):\n"
        "    def test_it(self):\n        with self.assertRaises(E): f()\n",
        "import unittest\nfrom main import f\nclass T(unittest.IsolatedAsyncioTestCase):\n"
        "    async def test_it(self): self.assertEqual(await f(), 1)\n",
        "from main import f\ndef test_it():\n    try: f()\n    except ValueError: return\n"
        "    assert False\n",
        '"""\n>>> from main import f\n>>> f(1)\n2\n"""\n',
    ],
)
async def test_tests_that_fail_by_their_own_doing_are_red(judge: Judge, tests: str) -> None:
    report = await look(judge, tests)
    assert report.ok, (report.reason, report.judgement.tests)
    assert report.judgement.failed == report.judgement.collected


@pytest.mark.parametrize(
    ("tests", "told"),
    [
        ("def test_it(): pass\n", "vacuous"),
        ("", "vacuous"),
        ("from main import f\nf(1)\n", "vacuous"),
        ("from main import f\ndef test_it(): assert 1 == 1.0 * 1\n", "passes without"),
        ("from main import f\ndef test_it(): assert callable(f)\n", "passes without any code"),
        ("from main import f\ndef test_a(): assert f() == 1\ndef test_b():\n    x = 1\n"
         "    assert x == 1\n", "test_b"),
        ("def test_it(: pass\n", "SyntaxError"),
        ("import no_such_module\ndef test_it(): assert no_such_module.x\n", "no_such_module"),
        ("from main import f\ndef test_it(): assert g(1) == f(1)\n", "NameError"),
        ("from main import f\ndef test_it(absent): assert f(1) == 1\n", "NameError"),
        ("import pytest\nfrom main import f\n@pytest.mark.skip\ndef test_it(): assert f() == 1\n",
         "skip"),
        ("import pytest\nfrom main import f\n@pytest.mark.xfail\ndef test_it(): assert f() == 1\n",
         "skip"),
        ("import sys\nsys.exit(0)\n", "vacuous"),
        ("import main\nmain.f()\ndef test_it(): assert main.f() == 1\n", "NotImplementedError"),
    ],
)  # fmt: skip
async def test_what_is_no_red_is_sent_back_with_its_reason(
    judge: Judge, tests: str, told: str
) -> None:
    report = await look(judge, tests)
    assert not report.ok
    assert told in report.reason


async def test_the_tests_that_pass_are_named(judge: Judge) -> None:
    report = await look(
        judge,
        """
        from main import f
        def test_a(): assert f() == 1
        def test_b(): assert [] == list(())
        """,
    )
    assert report.passing == ("test_b",)
