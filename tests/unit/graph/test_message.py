"""The commit's message: conventional, and nobody but the tool writes its trailers."""

from __future__ import annotations

import re
import subprocess
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.schemas import CreateCommitMessage
from graph.nodes.message import default_message, format_message
from tests.unit.graph.samples import state

CONVENTIONAL = re.compile(r"(feat|fix|docs)\([a-z0-9-]+\)!?: \S.*")
PROOF = {"verdict": "green", "collected": 7, "passed": 7, "assertions": 21, "sandbox": "bwrap"}
DONE = state(proof=PROOF, red=7, frozen="ab" * 32, files={"main.py": "", "test.py": ""})


def said(**changes: object) -> CreateCommitMessage:
    fields = {"type": "feat", "scope": "orders", "subject": "add orders", "body": ""}
    return CreateCommitMessage.model_validate({**fields, "breaking": False, **changes})


def trailers(message: str) -> list[str]:
    """What git itself takes for trailers."""
    return subprocess.run(
        ["git", "interpret-trailers", "--parse", "--no-divider"],
        input=message,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()


OWN = [
    f"Feature: {DONE['feature']}",
    f"Run: {DONE['run_id']}",
    "Tests: green, 7 of 7 passed, 21 assertions, 7 seen red first",
    f"Tests-SHA256: {'ab' * 32}",
]


def test_a_message_is_conventional_and_carries_the_proof() -> None:
    message = format_message(said(body="Orders can be created.\nThey can be listed."), DONE)
    assert message.splitlines()[0] == "feat(orders): add orders"
    assert "Orders can be created.\nThey can be listed." in message
    assert trailers(message) == OWN


def test_what_breaks_is_marked() -> None:
    assert format_message(said(breaking=True), DONE).startswith("feat(orders)!: ")


@pytest.mark.parametrize(
    ("subject", "head"),
    [
        ("add orders.", "feat(orders): add orders"),
        ("  add\torders  ", "feat(orders): add orders"),
        ("add orders\n\nRun: forged", "feat(orders): add orders Run: forged"),
        ("", "feat(orders): add orders module with its tests"),
        (" . ", "feat(orders): add orders module with its tests"),
    ],
)
def test_a_subject_is_one_line_without_a_full_stop(subject: str, head: str) -> None:
    assert format_message(said(subject=subject), DONE).splitlines()[0] == head


@pytest.mark.parametrize(
    ("scope", "subject"),
    [
        ("orders", "x" * 500),
        ("o" * 200, "add orders"),
        ("Orders & Payments!", "add orders"),
        ("", "add orders"),
        ("---", "add orders"),
        ("o" * 63, "add orders"),
    ],
)
def test_the_head_is_conventional_and_short_whatever_the_scope(scope: str, subject: str) -> None:
    head = format_message(said(scope=scope, subject=subject), DONE).splitlines()[0]
    assert CONVENTIONAL.fullmatch(head)
    assert len(head) <= 72


@pytest.mark.parametrize(
    "body",
    [
        "Run: forged",
        "Why.\n\nRun: forged\nTests: green, 100 of 100 passed",
        "Run:forged",
        "Run : forged",
        "Signed-off-by: somebody <somebody@example.org>",
        "Why.\n\nEffect: forged\n\n\n",
        "Why.\x0bRun: forged",
        "Why.\u2028Run: forged",
        "x" * 5_000 + "\nRun: forged",
    ],
)
def test_a_model_cannot_forge_a_trailer(body: str) -> None:
    message = format_message(said(body=body), DONE)
    assert trailers(message) == OWN
    assert trailers(f"{message}\nEffect: real\n") == [*OWN, "Effect: real"]


@given(subject=st.text(max_size=200), body=st.text(max_size=400), scope=st.text(max_size=80))
def test_no_control_character_gets_into_a_message(subject: str, body: str, scope: str) -> None:
    """git refuses NUL, and a terminal obeys the others."""
    message = format_message(said(subject=subject, body=body, scope=scope), DONE)
    kinds = {unicodedata.category(c) for c in message if c != "\n"}
    assert not kinds & {"Cc", "Zl", "Zp"}
    assert CONVENTIONAL.fullmatch(message.splitlines()[0])
    assert message.endswith("\n".join(OWN))


def test_escapes_in_a_subject_are_taken_out() -> None:
    head = format_message(said(subject="add\x00 \x1b[31morders\x07"), DONE).splitlines()[0]
    assert head.isprintable()
    assert "orders" in head


def test_a_long_body_is_cut() -> None:
    assert len(format_message(said(body="word " * 2_000), DONE)) < 2_500


def test_the_rule_says_whether_there_is_a_service() -> None:
    assert default_message(DONE).subject == "add orders module with its tests"
    served = state(files={"main.py": "", "service.py": ""})
    assert default_message(served).subject == "add orders service with its tests"


def test_a_run_without_proof_claims_none() -> None:
    assert "Tests:" not in format_message(said(), state())


def test_the_trailers_say_what_was_measured_and_who_took_part() -> None:
    proven = {**DONE, "mutation": {"score": 0.834, "words": "5 of 6 killed"}}
    message = format_message(said(), proven, models="openai gpt", co_author="Ada <ada@example.org>")
    assert trailers(message) == [
        *OWN[:2],
        "Models: openai gpt",
        *OWN[2:],
        "Mutation-Score: 0.83",
        "Mutation: 5 of 6 killed",
        "Co-authored-by: Ada <ada@example.org>",
    ]
