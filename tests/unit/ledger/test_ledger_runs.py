from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from ledger.connection import stamp
from ledger.database import Ledger, open_ledger
from ledger.errors import LedgerError
from ledger.process import this_process
from ledger.runs import Run, RunOptions, new_run_id

NewRun = Callable[..., Run]


def test_a_run_is_read_as_it_was_created(ledger: Ledger) -> None:
    created = ledger.runs.create(
        "20261121-004512-x7k2",
        feature="orders",
        mode="SERVICE",
        requirements_sha="00",
        options=RunOptions(max_retries=2, config="naïve \ud800 \x00", keep=("main.py",)),
        graph_version=3,
        process=this_process(),
    )

    assert ledger.runs.get(created.run_id) == created
    assert created.status == "running"
    assert created.result is None


def test_an_id_can_be_used_once(ledger: Ledger, new_run: NewRun) -> None:
    run = new_run(ledger)

    with pytest.raises(LedgerError, match="exists already"):
        ledger.runs.create(
            run.run_id,
            feature="other",
            mode="CODE",
            requirements_sha="",
            graph_version=1,
        )

    assert ledger.runs.get(run.run_id) == run


def test_changes_are_kept_and_the_rest_stays(ledger: Ledger, new_run: NewRun) -> None:
    run = new_run(ledger)

    changed = ledger.runs.update(run.run_id, status="done", result={"url": None, "n": 1.5})

    assert ledger.runs.get(run.run_id) == changed
    assert (changed.status, changed.result) == ("done", {"url": None, "n": 1.5})
    assert changed.options == run.options
    assert changed.created_at == run.created_at


def test_an_unknown_run_is_none_and_cannot_be_changed(ledger: Ledger) -> None:
    assert ledger.runs.get("nobody") is None

    with pytest.raises(LedgerError, match="no run nobody"):
        ledger.runs.update("nobody", status="done")


def test_the_latest_run_is_the_one_created_last_even_if_the_clock_was_set_back(
    file_url: str, new_run: NewRun
) -> None:
    with open_ledger(file_url, clock=lambda: datetime(2026, 11, 21, tzinfo=UTC)) as ledger:
        new_run(ledger)
    with open_ledger(file_url, clock=lambda: datetime(2026, 11, 20, tzinfo=UTC)) as ledger:
        later = new_run(ledger)

        assert ledger.runs.latest("orders") == later


def test_runs_are_listed_newest_first_and_by_feature(ledger: Ledger, new_run: NewRun) -> None:
    orders, users, more = new_run(ledger), new_run(ledger, "users"), new_run(ledger)

    assert ledger.runs.list() == [more, users, orders]
    assert ledger.runs.list(limit=1) == [more]
    assert ledger.runs.list(feature="users") == [users]
    assert ledger.runs.latest("nothing") is None


def test_a_run_is_abandoned_when_it_says_running_and_its_process_is_dead(
    ledger: Ledger, new_run: NewRun
) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    living = this_process()
    dead = replace(living, pid=child.pid)
    child.communicate()
    run = new_run(ledger)

    assert run.abandoned
    assert ledger.runs.update(run.run_id, process=dead).abandoned
    assert not ledger.runs.update(run.run_id, process=living).abandoned
    assert not ledger.runs.update(run.run_id, process=dead, status="paused").abandoned


def test_a_run_that_ended_is_unreported_until_its_process_has_reported_it(
    ledger: Ledger, new_run: NewRun
) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    living = this_process()
    dead = replace(living, pid=child.pid)
    child.communicate()
    run = new_run(ledger)

    for status in ("done", "failed"):
        assert ledger.runs.update(run.run_id, process=dead, status=status).unreported
        assert not ledger.runs.update(run.run_id, process=living, status=status).unreported
        assert not ledger.runs.update(run.run_id, process=None, status=status).unreported
    assert not ledger.runs.update(run.run_id, process=dead, status="paused").unreported


def test_workspaces_that_share_a_ledger_have_each_their_latest_run(
    ledger: Ledger, new_run: NewRun
) -> None:
    def begun(place: str) -> Run:
        return ledger.runs.update(new_run(ledger).run_id, options=RunOptions(place=place))

    here, there, nowhere = begun("one:/a"), begun("two:/a"), begun("")
    assert ledger.runs.latest("orders", "one:/a") == here
    assert ledger.runs.latest("orders", "two:/a") == there
    assert ledger.runs.latest("orders") == nowhere
    assert ledger.runs.latest("orders", "three:/a") is None


def test_ids_sort_by_time_and_hold_the_utc_time() -> None:
    source = random.Random(1)
    start = datetime(2026, 11, 21, 1, 45, 12, tzinfo=timezone(timedelta(hours=1)))
    moments = iter(start + timedelta(seconds=n) for n in range(50))
    ids = [new_run_id(lambda: next(moments), source) for _ in range(50)]

    assert ids == sorted(ids)
    assert ids[0].startswith("20261121-004512-")
    assert len(ids[0]) == 20


def test_stamps_of_any_zone_sort_as_text() -> None:
    early = datetime(2026, 11, 21, 1, 0, tzinfo=timezone(timedelta(hours=2)))
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)

    assert stamp(early) == "2026-11-20T23:00:00.000000+00:00"
    assert stamp(early) < stamp(late)
