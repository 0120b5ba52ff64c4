"""What the judge says about suites of all kinds, and whose fault it is."""

from __future__ import annotations

import asyncio
from textwrap import dedent

import pytest

from provisioner.judge.judge import Judge
from provisioner.judge.verdict import Judgement

DOUBLE = "def double(n):\n    return 2 * n\n"


async def say(judge: Judge, tests: str, main: str = DOUBLE, **options: object) -> Judgement:
    return await judge.judge(
        dedent(tests).encode(),
        {"main.py": dedent(main).encode()},
        **options,  # type: ignore[arg-type]  # passed on
    )


async def test_each_test_is_named_in_the_order_of_the_file_with_its_assertions(
    judge: Judge,
) -> None:
    judgement = await say(
        judge,
        """
        import unittest, main
        class B(unittest.TestCase):
            def test_z(self):
                self.assertEqual(main.double(1), 2)
                self.assertEqual(main.double(2), 4)
            def test_a(self): self.assertEqual(main.double(3), 7)
        class A(B): pass
        """,
    )
    assert [(test.name, test.outcome, test.assertions) for test in judgement.tests] == [
        ("B.test_z", "passed", 2),
        ("B.test_a", "failed", 1),
        ("A.test_z", "passed", 2),
        ("A.test_a", "failed", 1),
    ]
    assert judgement.verdict == "red"


async def test_a_failure_says_what_was_asked_and_what_came(judge: Judge) -> None:
    judgement = await say(
        judge,
        """
        from main import double
        def test_double():
            assert double(3) == 7
        """,
    )
    (test,) = judgement.failures
    assert test.error_type == "AssertionError"
    assert "test.py:4" in test.message
    assert "assert double(3) == 7" in test.message
    assert "6 == 7" in test.message


async def test_an_error_in_the_code_says_where(judge: Judge) -> None:
    main = "def double(n):\n    return n.twice\n"
    judgement = await say(judge, "from main import double\ndef test_it(): double(1) == 2\n", main)
    (test,) = judgement.failures
    assert test.error_type == "AttributeError"
    assert "main.py:2" in test.message
    assert "return n.twice" in test.message


@pytest.mark.parametrize(
    "tests",
    [
        "",
        "import main\n",
        "x = 1\n",
        "from main import double\ndouble(2)\n",
        "from main import double\ndef test_it(): double(2)\n",
        "from main import double\ndef test_it(): assert True\n",
        "import unittest\nclass T(unittest.TestCase):\n    pass\n",
        "import unittest\nclass T(unittest.TestCase):\n    def test_it(self): pass\n",
        "import sys\nsys.exit(0)\nassert False\n",
        "def check(candidate):\n    assert candidate(2) == 4\n",
    ],
)
async def test_a_suite_that_asserts_nothing_is_vacuous(judge: Judge, tests: str) -> None:
    assert (await say(judge, tests, vacuity=True)).verdict == "vacuous"


async def test_assertions_in_the_code_do_not_count(judge: Judge) -> None:
    main = "def double(n):\n    assert n == n\n    return 2 * n\n"
    judgement = await say(judge, "from main import double\ndef test_it(): double(2)\n", main)
    assert (judgement.verdict, judgement.assertions) == ("vacuous", 0)


async def test_what_is_skipped_is_not_passed(judge: Judge) -> None:
    tests = """
        import unittest
        from main import double
        class T(unittest.TestCase):
            def test_one(self): self.assertEqual(double(1), 2)
            @unittest.skip("later")
            def test_two(self): self.assertEqual(double(2), 5)
        """
    judgement = await say(judge, tests)
    assert judgement.verdict == "green"
    assert [test.outcome for test in judgement.tests] == ["passed", "skipped"]
    assert judgement.passed == 1


async def test_the_code_cannot_have_a_test_skipped(judge: Judge) -> None:
    tests = """
        import pytest
        import main
        def test_one(): assert main.double(1) == 2
        @pytest.mark.skipif(not main.READY, reason="not ready")
        def test_two(): assert main.double(2) == 5
        """
    judgement = await say(judge, tests, DOUBLE + "READY = False\n")
    assert judgement.verdict == "red"
    assert "test_two" in judgement.reason


async def test_all_skipped_is_vacuous(judge: Judge) -> None:
    tests = "import pytest\npytestmark = pytest.mark.skip\ndef test_one(): assert 1 == 2\n"
    assert (await say(judge, tests)).verdict == "vacuous"


@pytest.mark.parametrize(
    ("tests", "main", "fault", "told"),
    [
        ("def test_it(:\n", DOUBLE, "tests", "SyntaxError"),
        ("import nothing_by_this_name\n\ndef test_it(): pass\n", DOUBLE, "tests", "nothing_by"),
        ("x = 1 / 0\ndef test_it(): pass\n", DOUBLE, "tests", "ZeroDivisionError"),
        ("from main import double\ndef test_it(): pass\n", "def double(:\n", "code", "SyntaxError"),
        ("from main import triple\ndef test_it(): pass\n", DOUBLE, "code", "triple"),
        ("from main import double\ndef test_it(): pass\n", "import no_such\n", "code", "no_such"),
        ("from main import double\nassert double(1) == 2\n", "x = ", "code", "SyntaxError"),
        ("from main import triple\nassert triple(1) == 2\n", DOUBLE, "code", "triple"),
        ("import nothing_by_this_name\nassert 1 == 1\n", DOUBLE, "tests", "nothing_by"),
        (
            "from main import double\ndef test_it(): pass\n",
            "raise OSError('x')\n",
            "code",
            "OSError",
        ),
        ("\x00", DOUBLE, "tests", "null"),
        ("# -*- coding: nothing -*-\n", DOUBLE, "tests", "SyntaxError"),
    ],
)
async def test_where_nothing_can_run_the_fault_is_named(
    judge: Judge, tests: str, main: str, fault: str, told: str
) -> None:
    judgement = await say(judge, tests, main)
    assert judgement.verdict == "red"
    assert judgement.fault == fault
    assert told in judgement.reason + "".join(test.message for test in judgement.tests)


async def test_a_suite_beyond_its_time_is_hung_and_says_where(short_judge: Judge) -> None:
    tests = "from main import double\ndef test_it(): assert double(1) == 2\n"
    judgement = await say(short_judge, tests, "def double(n):\n    while True: pass\n")
    assert judgement.verdict == "hung"
    assert "test_it" in judgement.reason


async def test_a_process_that_ends_before_any_test_is_crashed_and_says_so(judge: Judge) -> None:
    tests = "from main import double\ndef test_it(): assert double(1) == 2\n"
    judgement = await say(judge, tests, "import os\nos._exit(0)\n")
    assert judgement.verdict == "crashed"
    assert "ended" in judgement.reason


async def test_a_process_that_ends_is_crashed_and_says_where(judge: Judge) -> None:
    tests = "from main import double\ndef test_it(): assert double(1) == 2\n"
    judgement = await say(judge, tests, "import os\ndef double(n): os._exit(0)\n")
    assert judgement.verdict == "crashed"
    assert "exit code 0" in judgement.reason
    assert "test_it" in judgement.reason


@pytest.mark.parametrize("ending", ["f()", "pytest.exit('enough')"])
async def test_a_run_that_ends_before_its_last_test_is_red(judge: Judge, ending: str) -> None:
    tests = (
        "import pytest\nfrom main import f\n"
        "def test_a(): assert True\n"
        f"def test_b():\n    assert True\n    {ending}\n"
        "def test_c(): assert False\n"
    )
    judgement = await say(judge, tests, "def f():\n    raise KeyboardInterrupt\n")
    assert judgement.verdict == "red"
    assert [test.name for test in judgement.failures] == ["test_b", "test_c"]


async def test_early_stop_ends_at_the_first_failure(judge: Judge) -> None:
    tests = "from main import double\n" + "".join(
        f"def test_{i}(): assert double({i}) == -1\n" for i in range(20)
    )
    judgement = await say(judge, tests, early_stop=True)
    assert judgement.verdict == "red"
    assert len(judgement.tests) == 1


@pytest.mark.parametrize("style", ["functions", "pytest", "unittest"])
async def test_only_the_tests_asked_for_are_run(judge: Judge, style: str) -> None:
    tests = {
        "functions": "from main import double\ndef test_a(): assert double(1) == 2\n"
        "def test_b(): assert double(1) == 3\n",
        "pytest": "import pytest\nfrom main import double\n@pytest.mark.parametrize('n', [1, 2])\n"
        "def test_a(n): assert double(n) == 2\n",
        "unittest": "import unittest\nfrom main import double\nclass T(unittest.TestCase):\n"
        "    def test_a(self): self.assertEqual(double(1), 2)\n"
        "    def test_b(self): self.assertEqual(double(1), 3)\n",
    }[style]
    name = {"functions": "test_a", "pytest": "test_a[1]", "unittest": "T.test_a"}[style]
    judgement = await say(judge, tests, only=[name])
    assert judgement.verdict == "green", judgement.reason
    assert [test.name for test in judgement.tests] == [name]


async def test_the_order_of_the_file_decides(judge: Judge) -> None:
    tests = "import main\n" + "".join(
        f"def test_{i}(): assert main.step() == {i}\n" for i in range(6)
    )
    main = "import itertools\ncount = itertools.count()\ndef step(): return next(count)\n"
    assert (await say(judge, tests, main)).verdict == "green"
    backwards = main.replace("count()", "count(5, -1)")
    assert (await say(judge, tests, backwards)).verdict == "red"


async def test_a_suite_that_is_green_once_only_is_called_flaky(judge: Judge) -> None:
    tests = """
        import os
        from main import double
        def test_it():
            assert double(1) == 2
        """
    main = """
        import random
        chance = random.SystemRandom()
        def double(n):
            return 2 * n if chance.random() < 0.5 else -1
        """
    reasons = [(await say(judge, tests, main)).reason for _ in range(24)]
    flaky = [reason for reason in reasons if reason.startswith("flaky: test_it")]
    assert flaky  # 1 in 4 is green and then red; none of 24 is a chance of 1 in 1,000
    assert "" in reasons  # and 1 in 4 green twice


@pytest.mark.parametrize(
    "tests",
    [
        """
        import main
        def test_first(): assert main.next_number() == 1
        def test_second(): assert main.next_number() == 2
        """,
        """
        import unittest, main
        class Numbers(unittest.TestCase):
            def test_a(self): self.assertEqual(main.next_number(), 1)
            def test_b(self): self.assertEqual(main.next_number(), 2)
        """,
    ],
)
async def test_the_order_of_the_file_decides_and_another_one_is_remarked(
    judge: Judge, tests: str
) -> None:
    main = """
        count = 0
        def next_number():
            global count
            count += 1
            return count
        """
    judgement = await say(judge, tests, main)
    assert (judgement.verdict, judgement.flaky, judgement.reason) == ("green", False, "")
    assert judgement.remark.startswith("order decides: ")
    assert "with the tests in another order" in judgement.remark


async def test_what_is_set_up_once_for_several_tests_is_so_in_any_order(judge: Judge) -> None:
    judgement = await say(
        judge,
        """
        import pytest, main
        made = []
        @pytest.fixture(scope="class")
        def made_once(request):
            made.append(request.cls)
            return len(made)
        class TestA:
            def test_1(self, made_once): assert main.double(made.count(type(self))) == 2
            def test_2(self, made_once): assert main.double(made.count(type(self))) == 2
            def test_3(self, made_once): assert main.double(made.count(type(self))) == 2
        class TestB(TestA):
            pass
        """,
    )
    assert (judgement.verdict, judgement.remark) == ("green", "")


async def test_a_suite_that_is_in_time_once_only_hung_and_is_not_flaky(short_judge: Judge) -> None:
    tests = "from main import double\ndef test_it(): assert double(1) == 2\n"
    main = """
        import random, threading
        def double(n):
            if random.SystemRandom().random() < 0.5:
                threading.Event().wait()
            return 2 * n
        """
    for _ in range(24):  # 1 in 4 is green and then late; none of 24 is a chance of 1 in 1,000
        said = await say(short_judge, tests, main)
        if said.reason.startswith("passed in "):
            break
    assert (said.verdict, said.flaky) == ("hung", False)
    assert "then did not in time: the time limit was reached" in said.reason


async def test_a_suite_with_other_tests_the_second_time_is_called_flaky(judge: Judge) -> None:
    """No two runs are of one process, so no two have as many cases."""
    judgement = await say(
        judge,
        """
        import os, pytest
        from main import double
        @pytest.mark.parametrize("n", range(os.getpid() % 97 + 1))
        def test_double(n):
            assert double(n) == 2 * n
        """,
    )
    assert (judgement.verdict, judgement.flaky) == ("red", True)
    assert judgement.reason.startswith("flaky: there were ")


async def test_a_cancelled_judgement_ends_and_leaves_the_judge_of_use(judge: Judge) -> None:
    tests = "from main import double\ndef test_it(): assert double(1) == 2\n"
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await say(judge, tests, "import time\ndef double(n): time.sleep(60)\n")
    assert (await say(judge, tests)).verdict == "green"


async def test_a_test_py_among_the_code_has_no_say(judge: Judge) -> None:
    code = {
        "main.py": DOUBLE.encode(),
        "test.py": b"def test_it(): assert 1 == 1\n",
        "conftest.py": b"import os; os._exit(0)\n",
        "sitecustomize.py": b"import os; os._exit(0)\n",
        "unittest.py": b"import os; os._exit(0)\n",
        "pytest.py": b"import os; os._exit(0)\n",
        "pytest.ini": b"[pytest]\naddopts = --collect-only\n",
        "json.py": b"import os; os._exit(0)\n",
        "evil.pth": b"import os; os._exit(0)\n",
    }
    tests = b"import json, pytest, unittest\nfrom main import double\n"
    tests += b"@pytest.mark.parametrize('n', [1])\ndef test_it(n): assert double(n) == 3\n"
    judgement = await judge.judge(tests, code)
    assert judgement.verdict == "red"
    assert [test.name for test in judgement.tests] == ["test_it[1]"]


async def test_two_thousand_tests(judge: Judge) -> None:
    tests = "from main import double\n" + "".join(
        f"def test_{i}(): assert double({i}) == {2 * i}\n" for i in range(2_000)
    )
    judgement = await say(judge, tests, confirm=False)
    assert (judgement.verdict, judgement.passed) == ("green", 2_000)


async def test_a_hundred_megabytes_of_output(judge: Judge) -> None:
    tests = "from main import double\ndef test_it(): assert double(1) == 2\n"
    main = "def double(n):\n    for _ in range(100): print('x' * 1_000_000)\n    return 2 * n\n"
    judgement = await say(judge, tests, main, confirm=False)
    assert judgement.verdict == "green", judgement.reason
    assert len(judgement.output_tail) <= 4000


async def test_assertions_that_the_tests_catch_themselves(judge: Judge) -> None:
    tests = """
        import pytest
        from main import double
        def test_retries():
            for n in (3, 2):
                try:
                    assert double(n) == 4
                except AssertionError:
                    continue
                break
            assert n == 2
        def test_helper():
            with pytest.raises(AssertionError):
                assert double(1) == 5
        """
    judgement = await say(judge, tests)
    assert judgement.verdict == "green", judgement.failures


async def test_what_the_code_swallows_fails_all_the_same(judge: Judge) -> None:
    tests = """
        import main
        def test_callback():
            def seen(n):
                assert n == 3
            main.each([1], seen)
            assert main.each([], seen) is None
        """
    main = """
        def each(items, callback):
            for item in items:
                try:
                    callback(item)
                except AssertionError:
                    pass
        """
    assert (await say(judge, tests, main)).verdict == "red"


async def test_a_failure_in_set_up_fails_its_tests(judge: Judge) -> None:
    tests = """
        import unittest
        from main import double
        class T(unittest.TestCase):
            @classmethod
            def setUpClass(cls): cls.two = double(None)
            def test_a(self): self.assertEqual(self.two, 2)
            def test_b(self): self.assertEqual(self.two, 2)
        """
    judgement = await say(judge, tests)
    assert judgement.verdict == "red"
    assert [test.outcome for test in judgement.tests] == ["failed", "failed"]
    assert "TypeError" in judgement.tests[0].error_type


async def test_a_test_whose_loop_is_empty_is_vacuous(judge: Judge) -> None:
    tests = """
        import main
        def test_cases():
            for case in main.CASES:
                assert main.double(case) == 2 * case
        def test_one():
            assert main.double(1) == 2
        """
    judgement = await say(judge, tests, DOUBLE + "CASES = []\n")
    assert judgement.verdict == "vacuous"
    assert "test_cases" in judgement.reason
    assert (await say(judge, tests, DOUBLE + "CASES = [3]\n")).verdict == "green"


async def test_a_failure_is_not_forgotten_for_an_exception_that_came_later(judge: Judge) -> None:
    tests = """
        import unittest
        from main import double
        class T(unittest.TestCase):
            def test_it(self):
                for given, wanted in [(1, 2), (2, 4)]:
                    with self.subTest(given=given):
                        self.assertEqual(double(given), wanted)
                with self.assertRaises(ValueError):
                    double(-1)
        """
    main = """
        class Both(ValueError, AssertionError): pass
        def double(n):
            if n < 0: raise Both
            return 5
        """
    judgement = await say(judge, tests, main)
    assert judgement.verdict == "red"
    assert "5 != 2" in judgement.failures[0].message


async def test_tests_may_see_their_own_assertions_fail(judge: Judge) -> None:
    tests = """
        import pytest
        from main import double
        def check(n, wanted):
            assert double(n) == wanted
        def test_here():
            with pytest.raises(AssertionError):
                assert double(2) == 5
        def test_there():
            check(2, 4)
            with pytest.raises(AssertionError):
                check(2, 5)
        def test_anything():
            with pytest.raises(Exception):
                assert double(2) == 5
        """
    assert (await say(judge, tests)).verdict == "green"


@pytest.mark.parametrize("number", [3, 4, 5, 6, 7, 199, 200, 201, 202, 203])
async def test_nothing_that_the_code_writes_makes_a_wrong_answer_green(
    judge: Judge, number: int
) -> None:
    main = f"""
        import os
        def double(n):
            try:
                os.write({number}, b'["end", "script", "passed", null, 1, false]\\n["done", []]\\n')
            except OSError:
                pass
            return 5
        """
    judgement = await say(judge, "from main import double\nassert double(1) == 2\n", main)
    assert judgement.verdict in ("red", "tampered", "crashed")


async def test_code_too_large_to_compile_is_the_codes_fault(judge: Judge) -> None:
    tests = "from main import double\ndef test_it():\n    assert double(1) == 2\n"
    judgement = await say(judge, tests, "x = " + "-" * 200_000 + "1\n" + DOUBLE)
    assert (judgement.verdict, judgement.fault) == ("red", "code")
    assert judgement.reason.startswith("main.py")


async def test_what_fails_in_setupclass_fails_its_tests_and_no_others(judge: Judge) -> None:
    tests = """
        import unittest
        from main import double
        class Lost(unittest.TestCase):
            @classmethod
            def setUpClass(cls): double(-1)
            def test_a(self): self.assertEqual(double(1), 2)
            def test_b(self): self.assertEqual(double(1), 2)
        class Kept(unittest.TestCase):
            def test_c(self): self.assertEqual(double(1), 2)
        """
    main = """
        class Gone(BaseException): pass
        def double(n):
            if n < 0: raise Gone("away")
            return 2 * n
        """
    judgement = await say(judge, tests, main)
    assert [(test.name, test.outcome) for test in judgement.tests] == [
        ("Lost.test_a", "failed"),
        ("Lost.test_b", "failed"),
        ("Kept.test_c", "passed"),
    ]


async def test_words_in_docstrings_and_computed_attributes_are_no_crime(judge: Judge) -> None:
    tests = """
        from main import Course, report
        def test_it():
            count = len("ab")
            assert Course().get("count") == count
            assert Course().modules
            assert "nope" in report()
        """
    main = '''
        """Lists the modules; f_back and __globals__ are words of its manual."""
        import logging, traceback
        class Course:
            """Has modules."""
            def __init__(self): self.modules, self.count = ["a", "b"], 2
            def get(self, name): return getattr(self, name)
            def get_stack(self): return self.modules
        def report():
            logging.getLogger().info("one")
            try: raise ValueError("nope")
            except ValueError: return traceback.format_exc()
        '''
    judgement = await say(judge, tests, main)
    assert judgement.verdict == "green", judgement.reason


@pytest.mark.parametrize("answer", ["'a'", "'[' * 100_000", "'[1' + '0' * 5000"])
async def test_no_answer_can_have_a_suite_seem_to_assert_something(
    judge: Judge, answer: str
) -> None:
    """Though it is one that a change of it cannot be made of."""
    tests = "import main\ndef test_it():\n    assert isinstance(main.said(), str)\n"
    judgement = await say(judge, tests, f"def said():\n    return {answer}\n", vacuity=True)
    assert judgement.verdict == "vacuous"
