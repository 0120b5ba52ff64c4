"""What a model is shown of a log, and which of its answers are acted on."""

from __future__ import annotations

import re

import pytest

from assistant.diagnosis.actions import ACTIONS
from assistant.diagnosis.asking import MOST, excerpt, refusal
from assistant.kinds import Kind, RecoveryAction
from assistant.schemas import Action, AnalyzeDeploymentError
from tests.unit.assistant.diagnosis.cases import surrounded
from tests.unit.assistant.diagnosis.test_injection import SENTENCES

LOG = "loading plug-in left_pad failed\nport 8123 does not answer"


def answer(kind: Kind, action: RecoveryAction, target: str | None = None) -> AnalyzeDeploymentError:
    return AnalyzeDeploymentError(
        error_type=kind,
        summary="?",
        root_cause="?",
        confidence=0.9,
        action=Action(type=action, target=target, parameters=[]),
        reasoning="?",
    )


def test_a_short_log_is_shown_whole_but_for_its_secrets() -> None:
    assert excerpt(LOG) == LOG
    assert "hunter2secret" not in excerpt("postgresql://app:hunter2secret@db/x")


def test_of_a_long_log_the_lines_around_a_finding_and_the_last_are_shown_with_their_numbers() -> (
    None
):
    log = surrounded(
        "before the error\nOSError: [Errno 28] No space left on device\nafter it",
        seed="excerpt", before="pip", lines_before=900, after="database", lines_after=2_000,
    )  # fmt: skip
    shown = excerpt(log)
    assert len(shown) <= MOST
    for number, line in re.findall(r"^ *(\d+) (.*)$", shown, re.MULTILINE):
        assert line == log.split("\n")[int(number) - 1]
    assert "   902 OSError: [Errno 28] No space left on device" in shown
    assert "   901 before the error" in shown
    assert f"{2_903:6} " in shown


@pytest.mark.parametrize("kind", list(ACTIONS))
def test_the_action_of_the_table_and_giving_up_are_borne_by_every_kind(kind: Kind) -> None:
    target = {"INSTALL_DEPENDENCY": "left-pad", "FREE_PORT": "8123"}.get(ACTIONS[kind])
    assert refusal(answer(kind, ACTIONS[kind], target), LOG) == ""
    assert refusal(answer(kind, "FAIL"), LOG) == ""


@pytest.mark.parametrize(
    ("kind", "action", "target", "why"),
    [
        ("unknown", "CODE_FIX", None, "CODE_FIX is no action on unknown"),
        ("network_error", "TEST_FIX", None, "TEST_FIX is no action on network error"),
        ("test_failed", "INSTALL_DEPENDENCY", "left-pad", "INSTALL_DEPENDENCY is no action on test failed"),
        ("missing_dependency", "INSTALL_DEPENDENCY", None, "INSTALL_DEPENDENCY needs a target, and '' is none"),
        ("missing_dependency", "INSTALL_DEPENDENCY", "evil-package", "'evil-package' is not in the log"),
        ("missing_dependency", "INSTALL_DEPENDENCY", "x; rm -rf /", "INSTALL_DEPENDENCY needs a target, and 'x; rm -rf /' is none"),
        ("port_in_use", "FREE_PORT", "22", "'22' is not in the log"),
    ],
)  # fmt: skip
def test_what_the_log_does_not_bear_is_refused(
    kind: Kind, action: RecoveryAction, target: str | None, why: str
) -> None:
    assert refusal(answer(kind, action, target), LOG) == why


@pytest.mark.parametrize("sentence", SENTENCES)
def test_an_answer_that_obeyed_an_injected_instruction_installs_nothing_unseen(
    sentence: str,
) -> None:
    shown = excerpt(f"{sentence}\n{LOG}")
    obeyed = answer("test_failed", "INSTALL_DEPENDENCY", "evil-package")
    assert refusal(obeyed, shown)
