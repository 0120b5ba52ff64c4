"""Kills at points where a campaign once found something left over or done again."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.bill import Bill
from tests.chaos.checks import check_ledger, check_leftovers
from tests.chaos.command import Command, Ended
from tests.chaos.ground import Ground, lay
from tests.chaos.schedule import Kill
from tests.chaos.script import answers
from tests.chaos.trial import order

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.skipif(sys.platform != "linux", reason="what is left is looked for in /proc"),
]
EFFECT = "commit .ai-deploy/ledger.sqlite: ledger_effects ledger_journal(effect)"
CONNECTED = "connect 127.0.0.1"


@pytest.fixture
def bill() -> Iterator[Bill]:
    with Bill(answers) as server:
        server.open("points")
        yield server


def command(ground: Ground, bill: Bill, arguments: list[str], kill: Kill | None = None) -> Ended:
    models = {"OPENAI_BASE_URL": bill.url("points"), "OPENAI_API_KEY": "chaos"}
    return Command(ground, arguments, models, kill_at=kill.order() if kill else "").wait()


def killed(ground: Ground, bill: Bill, kill: Kill) -> None:
    assert command(ground, bill, order("SERVICE"), kill).killed


def assert_done(ground: Ground, bill: Bill, ended: Ended) -> None:
    assert ended.exit_code == 0, ended.stderr
    run_id = json.loads(ended.stdout)["run_id"]
    _paid, wrong = check_ledger(ground, bill.accounts["points"], kills=1)
    assert wrong == []
    assert check_leftovers(ground, [run_id]) == []


def test_a_file_that_was_laid_and_not_recorded_is_recorded_by_who_goes_on(
    tmp_path: Path, bill: Bill
) -> None:
    ground = lay(tmp_path / "ground", proven=False)
    killed(ground, bill, Kill("point", 2, EFFECT, last=-2))
    assert_done(ground, bill, command(ground, bill, order("SERVICE")))


def test_a_service_that_was_deployed_before_the_kill_goes_on_serving(
    tmp_path: Path, bill: Bill
) -> None:
    reference = lay(tmp_path / "reference", proven=False)
    points = command(reference, bill, order("SERVICE")).points
    bill.open("points")
    # Whatever it is confined by, nothing is started after it.
    deployed = max(i for i, point in enumerate(points) if point.startswith("start "))
    looks = points[:deployed].count(CONNECTED) + 1  # the first look at what was deployed
    ground = lay(tmp_path / "ground", proven=False)
    killed(ground, bill, Kill("point", looks, CONNECTED, last=-2))
    ended = command(ground, bill, order("SERVICE"))
    assert_done(ground, bill, ended)
    attempts = {step["name"]: step["attempts"] for step in json.loads(ended.stdout)["steps"]}
    assert (attempts["deploy"], attempts["health_check"]) == (1, 1)
