"""SIGINT and SIGTERM at chosen points of a whole run: children gone, nothing lost, resumable."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.bill import Bill
from tests.chaos.checks import check_leftovers
from tests.chaos.command import PROGRAM, Command, Ended
from tests.chaos.ground import Ground, lay
from tests.chaos.schedule import Kill
from tests.chaos.script import answers
from tests.chaos.trial import order

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.skipif(sys.platform != "linux", reason="what is left is looked for in /proc"),
]
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
INTENT = "commit .ai-deploy/ledger.sqlite: ledger_spent ledger_journal(intent)"
SERVICE_TEST = "mkdir tmp/ai-deploy.#.#.service-test.#"
POINTS = (
    ("start bwrap sandbox", signal.SIGTERM),
    (
        "commit .ai-deploy/ledger.sqlite: ledger_spent ledger_journal(intent)",
        signal.SIGINT,
    ),
    (SERVICE_TEST, signal.SIGINT),
    ("start git update-ref", signal.SIGTERM),
    ("start git push", signal.SIGINT),
    ("commit .ai-deploy/ledger.sqlite: ledger_runs ledger_journal(run)", signal.SIGTERM),
)


@pytest.fixture
def bill() -> Iterator[Bill]:
    with Bill(answers) as server:
        server.open("signals")
        yield server


def command(ground: Ground, bill: Bill, arguments: list[str], kill: Kill | None = None) -> Ended:
    models = {"OPENAI_BASE_URL": bill.url("signals"), "OPENAI_API_KEY": "chaos"}
    return Command(ground, arguments, models, kill_at=kill.order() if kill else "").wait()


def signalled(
    ground: Ground, bill: Bill, point: str, *numbers: signal.Signals, nth: int = 1
) -> Ended:
    kill = Kill("point", nth, point, last=-2, signals=tuple(map(int, numbers)))
    return command(ground, bill, order("SERVICE"), kill)


@pytest.mark.parametrize(("point", "number"), POINTS)
def test_a_signal_ends_a_run_with_all_that_it_started(
    tmp_path: Path, bill: Bill, point: str, number: signal.Signals
) -> None:
    ground = lay(tmp_path / "ground", proven=False)
    others = ground.others_work()
    stopped = signalled(ground, bill, point, number)
    assert stopped.exit_code == CODES[number], stopped.stderr
    assert "Traceback" not in stopped.stderr
    result = json.loads(stopped.stdout)
    assert result["status"] == "interrupted"
    if result["run_id"]:
        assert result["error"]["next"].endswith(f"{PROGRAM.name} resume {result['run_id']}")
    assert check_leftovers(ground, [result["run_id"] or "none"]) == []
    resume = ["resume", result["run_id"], "--json"] if result["run_id"] else order("SERVICE")
    ended = command(ground, bill, resume)
    assert ended.exit_code == 0, ended.stderr
    run_id = json.loads(ended.stdout)["run_id"]
    assert result["run_id"] in (None, run_id)
    assert len(ground.commits_of(run_id)) == 1
    assert ground.commits_of(run_id, ground.remote) == ground.commits_of(run_id)
    assert ground.others_work() == others
    assert check_leftovers(ground, [run_id]) == []


def test_a_second_signal_ends_at_once_and_leaves_no_process(tmp_path: Path, bill: Bill) -> None:
    ground = lay(tmp_path / "ground", proven=False)
    stopped = signalled(ground, bill, SERVICE_TEST, signal.SIGINT, signal.SIGTERM)
    assert stopped.exit_code == 143, stopped.stderr
    left = check_leftovers(ground, ["none"])
    assert [line for line in left if line.startswith(("process", "lock"))] == []
    ended = command(ground, bill, order("SERVICE"))
    assert ended.exit_code == 0, ended.stderr
    assert check_leftovers(ground, ["none"]) == []
