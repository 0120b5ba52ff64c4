"""Feedback on a failed round: grouped, bounded, comparable."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.attempts import MAX_CAUSES, group_failures, signature, summarize
from graph.failure import MAX_CHARS
from provisioner.judge.judge import Judge
from provisioner.judge.verdict import Judgement
from provisioner.sandbox.choose import choose_sandbox
from tests.unit.graph.samples import failed, judgement, passed

# As the judge words it: the error, then the lines that led there.
DIVISION = "ZeroDivisionError: division by zero\n  main.py:2 half: return x / 0"


def test_tests_that_fail_for_one_cause_are_reported_together() -> None:
    shown = group_failures(
        judgement(
            failed("test_a", f"{DIVISION}\n  test.py:4 test_a", "ZeroDivisionError"),
            failed("test_b", f"{DIVISION}\n  test.py:7 test_b", "ZeroDivisionError"),
            failed("test_c", "AssertionError: 'x' != 'y'"),
            passed("test_d"),
        )
    )
    assert shown.startswith("3 of 4 tests failed.")
    assert "test_a, test_b:" in shown
    assert shown.count("ZeroDivisionError: division by zero") == 1
    assert "'x' != 'y'" in shown
    assert "test_d" not in shown


def test_a_cause_is_the_same_whatever_its_numbers_and_lines() -> None:
    shown = group_failures(
        judgement(
            failed("test_a", "AssertionError: 3 != 5\n  test.py:7 test_a"),
            failed("test_b", "AssertionError: 12 != 50\n  test.py:19 test_b"),
        )
    )
    assert "test_a, test_b:" in shown


def test_no_more_causes_are_reported_than_help() -> None:
    words = [f"cause {'abcdefghijklmnop'[n]}" for n in range(MAX_CAUSES + 3)]
    tests = [failed(f"test_{word[-1]}", word) for word in words]
    shown = group_failures(judgement(*tests))
    assert all(word in shown for word in words[:MAX_CAUSES])
    assert words[MAX_CAUSES] not in shown
    assert "and 3 more causes" in shown


def test_long_messages_keep_their_heads_and_their_ends() -> None:
    tests = [failed(f"test_{c}", f"first {c}\n{'x' * 3_970}\nlast {c}") for c in "abc"]
    shown = group_failures(judgement(*tests))
    assert len(shown) <= MAX_CHARS
    for c in "abc":
        assert f"first {c}" in shown
        assert f"last {c}" in shown


def test_every_cause_is_told_where_each_is_long() -> None:
    letters = [chr(97 + n) for n in range(MAX_CAUSES)]
    tests = [failed(f"test_{c}", f"error {c}\n{'y' * 3_900}\nend {c}") for c in letters]
    shown = group_failures(judgement(*tests))
    assert len(shown) <= MAX_CHARS
    assert all(f"error {c}" in shown and f"end {c}" in shown for c in letters)


def test_names_as_long_as_messages_leave_room_for_every_cause() -> None:
    """A parametrised test's name holds its case."""
    tests = [
        failed(f"test[{chr(97 + n)}{'z' * 4_000}]", f"error {chr(97 + n)}")
        for n in range(MAX_CAUSES)
    ]
    shown = group_failures(judgement(*tests))
    assert len(shown) <= MAX_CHARS
    assert all(f"error {chr(97 + n)}" in shown for n in range(MAX_CAUSES))


def test_a_suite_that_could_not_run_is_told_by_reason_and_output() -> None:
    shown = group_failures(
        judgement(verdict="crashed", reason="the process ended early", output_tail="Killed")
    )
    assert shown == "the process ended early\n\nKilled"


@given(
    st.lists(
        st.tuples(st.text(max_size=60), st.text(max_size=6_000), st.text(max_size=20)), max_size=30
    )
)
def test_feedback_is_bounded_whatever_the_tests_say(tests: list[tuple[str, str, str]]) -> None:
    made = judgement(*[failed(name, message, kind) for name, message, kind in tests])
    assert len(group_failures(made)) <= MAX_CHARS
    assert len(summarize(made)) <= 200
    assert len(signature(made)) == 16


NUMBERS = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))


@given(first=NUMBERS, second=NUMBERS, line=st.integers(1, 500))
def test_a_signature_does_not_depend_on_numbers(first: float, second: float, line: int) -> None:
    one = judgement(failed("T.test_a", f"AssertionError: {first} != 5\n  main.py:3 f"))
    other = judgement(failed("T.test_a", f"AssertionError: {second} != 5\n  main.py:{line} f"))
    assert signature(one) == signature(other)


def test_a_signature_does_not_depend_on_the_order_of_the_tests() -> None:
    a, b = failed("test_a", "x"), failed("test_b", "y")
    assert signature(judgement(a, b)) == signature(judgement(b, a))


def test_other_failures_have_other_signatures() -> None:
    base = failed("test_a", "AssertionError: 'x' != 'y'")
    others = [
        judgement(base),
        judgement(base, failed("test_b", "AssertionError: 'x' != 'y'")),
        judgement(failed("test_a", "AssertionError: 'x' != 'z'")),
        judgement(failed("test_a", "KeyError: 'x'", "KeyError")),
        judgement(failed("test_b", "AssertionError: 'x' != 'y'")),
        judgement(verdict="hung", reason="the time limit was reached"),
        judgement(verdict="crashed", reason="the process ended early"),
    ]
    assert len({signature(one) for one in others}) == len(others)


def test_an_attempt_is_told_in_one_line() -> None:
    assert summarize(judgement(passed("a"), passed("b"), verdict="green")) == (
        "green, 2 tests, 2 assertions"
    )
    red = judgement(passed("a"), failed("T.b", "AssertionError: 3 != 5\n  test.py:4 b"))
    assert summarize(red) == "red, 1 of 2 passed; T.b: AssertionError: 3 != 5"
    assert summarize(judgement(verdict="hung", reason="too long")) == "hung: too long"


@given(st.text(max_size=300), st.text(max_size=300))
def test_one_line_is_one_line(name: str, message: str) -> None:
    """It goes into prompts as a list, and to the terminal."""
    line = summarize(judgement(failed(name, message)))
    assert line.splitlines() in ([], [line])
    assert "\x1b" not in line


TESTS = b"""\
from main import half, name

def test_half():
    assert half(4) == 2

def test_half_of_nothing():
    assert half(0) == 0

def test_name():
    assert name() == 'x'
"""


@pytest.fixture(scope="module")
def judge_says() -> Callable[[bytes], Judgement]:
    """What the judge itself says of a main.py, whatever the form of its messages is."""

    async def judged(code: bytes) -> Judgement:
        async with Judge(await choose_sandbox()) as judge:
            return await judge.judge(TESTS, {"main.py": code})

    return lambda code: asyncio.run(judged(code))


def test_the_judge_s_failures_are_reported_by_their_error(
    judge_says: Callable[[bytes], Judgement],
) -> None:
    raises = b"def half(x):\n    raise ValueError('no halves')\ndef name():\n    return nowhere\n"
    judged = judge_says(raises)
    assert "no halves" in summarize(judged)
    assert "nowhere" in summarize(replace(judged, tests=judged.tests[2:]))
    broken = judge_says(b"def half(x)\n    return x\n")
    assert "SyntaxError" in summarize(broken)


def test_the_judge_s_failures_are_grouped_by_their_error(
    judge_says: Callable[[bytes], Judgement],
) -> None:
    one_cause = judge_says(b"def half(x):\n    raise ValueError('no halves')\nname = lambda: 'x'\n")
    assert "test_half, test_half_of_nothing:" in group_failures(one_cause)
    assert group_failures(one_cause).count("ValueError: no halves") == 1


def test_other_errors_of_the_same_test_have_other_signatures(
    judge_says: Callable[[bytes], Judgement],
) -> None:
    codes = [b"name = lambda: 'x'\ndef half(x):\n    raise ValueError(%a)\n" % w for w in "ab"]
    assert signature(judge_says(codes[0])) != signature(judge_says(codes[1]))
