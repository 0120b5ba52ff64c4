"""What only a person does, and how long is waited."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from assistant.kinds import Kind, RecoveryAction
from graph.config.layers import resolve
from graph.deps import Deps
from graph.errors import ApprovalNeeded
from graph.failure import Diagnosis, Tried
from graph.recovery.actions import LONGEST_PAUSE, pause_seconds, take
from graph.request import Approve, agree, refuse
from tests.unit.graph.samples import failure, state

AZURE: list[tuple[RecoveryAction, Kind, str, str]] = [
    ("INSTALL_TOOL", "azure_cli_missing", "az: command not found", "install the Azure CLI"),
    ("REAUTHENTICATE", "azure_auth_failed", "AADSTS7000215: Invalid client secret", "az login"),
]


def deps(approve: Approve = refuse, *, chance: float = 0.0, **flags: Any) -> Deps:
    said = {f"deployment.{name}": value for name, value in flags.items()}
    settings = resolve(file=None, environ={}, flags=said).settings

    def with_feedback(state: object, **texts: str) -> dict[str, str]:
        return texts

    fields = {"settings": settings, "approve": approve, "with_feedback": with_feedback}
    return cast("Deps", SimpleNamespace(**fields, chance=lambda: chance, provisioner=None))


def diagnosis(action: RecoveryAction, kind: Kind, line: str) -> Diagnosis:
    return Diagnosis(kind=kind, root_cause=line, action=action, by="rule x", target="")


@pytest.mark.parametrize(("action", "kind", "line", "how"), AZURE)
async def test_what_a_person_has_to_do_pauses_the_run_and_says_how(
    action: RecoveryAction, kind: Kind, line: str, how: str
) -> None:
    of = failure("deploy", kind, summary="az failed", evidence=[line])
    with pytest.raises(ApprovalNeeded, match=how) as paused:
        await take(state(failure=of), deps(), diagnosis(action, kind, line), "deploy")
    assert line in "\n".join(paused.value.evidence)


@pytest.mark.parametrize(("action", "kind", "line", "how"), AZURE)
async def test_what_a_person_says_is_done_is_tried_again(
    action: RecoveryAction, kind: Kind, line: str, how: str
) -> None:
    of = failure("deploy", kind)
    taken = await take(state(failure=of), deps(agree), diagnosis(action, kind, line), "deploy")
    assert (taken.refused, how in taken.note) == ("", True)


def wait(detail: str = "", before: int = 0, chance: float = 0.0, **flags: Any) -> float:
    of = failure("push", "network_error", detail=detail)
    waited = Tried(
        step="push", kind="network_error", cause="", signature="s", action="WAIT_AND_RETRY",
        target="", on="push", before="", infra=True,
    )  # fmt: skip
    at = state(failure=of, tried=[waited] * before)
    return pause_seconds(at, deps(chance=chance, **flags), "WAIT_AND_RETRY")


def test_a_pause_grows_and_chance_spreads_it() -> None:
    assert [wait(before=number, retry_delay_seconds=4) for number in range(3)] == [4, 8, 16]
    assert wait(chance=1.0, retry_delay_seconds=4) == 5
    assert wait(before=2, retry_delay_seconds=4, exponential_backoff=False) == 4


@pytest.mark.parametrize("words", ["Retry-After: 120", '{"retry_after": 120}', "retry after 120 s"])
def test_what_the_other_side_asks_for_is_waited(words: str) -> None:
    assert wait(f"429 Too Many Requests\n{words}") == 120


def test_nobody_has_it_wait_for_ever() -> None:
    assert wait("Retry-After: 86400") == LONGEST_PAUSE
    assert wait(before=40) == LONGEST_PAUSE
