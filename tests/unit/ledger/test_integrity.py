"""Damage in the records is found and refused; a whole journal rebuilds the tables on request."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ledger.budget import Cap, Caps
from ledger.calls import Amount, CallKey, TokenUsage
from ledger.chain import ROWS_A_RUN, examine
from ledger.database import Ledger, open_ledger
from ledger.effects import EffectKey
from ledger.errors import LedgerCorrupt, LedgerError
from ledger.runs import Run

NewRun = Callable[..., Run]


def fill(ledger: Ledger, run: Run, answered: Any) -> None:
    """Three calls, one of which failed and one is in flight, and two effects."""
    for number in range(3):
        call = ledger.journal.reserve(
            CallKey(run.run_id, "generate_main", number, f"digest {number}"),
            provider="openai",
            model="gpt-5-mini",
            phase="generate_main",
            worst=Amount(500, 9_000),
            caps=Caps(run=Cap(calls=100)),
        )
        if number == 0:
            ledger.journal.complete(
                call,
                answered("def total(orders): return sum(orders)\n" * 20),
                nano_usd=700,
                latency_seconds=0.5,
            )
        elif number == 1:
            ledger.journal.fail(call, "rate_limited", usage=TokenUsage())
    for name in ("commit", "push"):
        key = EffectKey(run.run_id, name, "tree")
        ledger.effects.begin(key, name, {"parent": "00"})
        ledger.effects.finish(key, {"commit": "ff"})
    ledger.runs.update(run.run_id, status="failed", result={"status": "failed"})


def problems(ledger: Ledger, run_id: str) -> list[str]:
    with ledger.database.read() as tx:
        return examine(tx, run_id).problems


def dump(ledger: Ledger) -> list[Any]:
    """Every row of what follows from the journal."""
    with ledger.database.read() as tx:
        return [
            sorted(map(tuple, tx.rows(f"SELECT * FROM {table}")))
            for table in ("ledger_runs", "ledger_usage", "ledger_effects", "ledger_journal")
        ]


@pytest.fixture
def filled(ledger: Ledger, new_run: NewRun, answered: Any) -> Run:
    run = new_run(ledger)
    fill(ledger, run, answered)
    fill(ledger, new_run(ledger, "users"), answered)
    return run


def test_an_untouched_record_is_whole(ledger: Ledger, filled: Run) -> None:
    ledger.require_whole(filled.run_id)
    ledger.require_whole(filled.run_id)
    assert ledger.rebuild(filled.run_id) == []


def test_an_unknown_run_cannot_be_verified(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="no run nobody"):
        ledger.require_whole("nobody")


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE ledger_usage SET charged_nano_usd = 1 WHERE run_id = :run_id",
        "UPDATE ledger_usage SET outcome = 'dome' WHERE run_id = :run_id AND outcome = 'done'",
        "DELETE FROM ledger_usage WHERE run_id = :run_id",
        "UPDATE ledger_usage SET begun_at = '2020-01-01' WHERE run_id = :run_id",
        "UPDATE ledger_effects SET result = NULL WHERE run_id = :run_id",
        "DELETE FROM ledger_effects WHERE run_id = :run_id AND kind = 'push'",
        "UPDATE ledger_effects SET details = '{' WHERE run_id = :run_id",
        "UPDATE ledger_runs SET status = 'done' WHERE run_id = :run_id",
        "UPDATE ledger_runs SET options = 'garbage', feature = 'x' WHERE run_id = :run_id",
    ],
)
def test_tables_that_differ_from_the_journal_are_refused_and_rebuilt_on_request(
    ledger: Ledger, filled: Run, damage: str
) -> None:
    before = dump(ledger)
    with ledger.database.write() as tx:
        tx.run(damage, {"run_id": filled.run_id})

    (problem,) = problems(ledger, filled.run_id)
    assert damage.split("ledger_")[1].split()[0] in problem
    with pytest.raises(LedgerCorrupt) as caught:
        ledger.require_whole(filled.run_id)
    assert "--recovery-mode" in caught.value.next_step
    assert ledger.rebuild(filled.run_id) == [problem]

    assert dump(ledger) == before
    ledger.require_whole(filled.run_id)
    ledger.require_whole(filled.run_id)


@pytest.mark.parametrize("column", ["at", "kind", "body", "hash"])
@pytest.mark.parametrize("seq", [1, 3, 6, 11])
def test_a_row_of_the_journal_that_was_changed_is_refused_and_named(
    ledger: Ledger, filled: Run, column: str, seq: int
) -> None:
    with ledger.database.write() as tx:
        tx.run(
            f"UPDATE ledger_journal SET {column} = {column} || ' ' WHERE id = :id",
            {"id": ROWS_A_RUN + seq},
        )

    (problem,) = problems(ledger, filled.run_id)
    assert problem == f"row {seq} of the journal of run {filled.run_id} is damaged"
    before = dump(ledger)
    for refused in (ledger.require_whole, ledger.rebuild):
        with pytest.raises(LedgerCorrupt) as caught:
            refused(filled.run_id)
        assert "--regenerate all" in caught.value.next_step
        assert problem in str(caught.value)
    assert dump(ledger) == before


def test_missing_rows_are_named(ledger: Ledger, filled: Run) -> None:
    with ledger.database.write() as tx:
        for seq in (4, 5):
            tx.run("DELETE FROM ledger_journal WHERE id = :id", {"id": ROWS_A_RUN + seq})

    assert problems(ledger, filled.run_id)[0] == (
        f"rows 4 to 5 of the journal of run {filled.run_id} are missing"
    )
    with pytest.raises(LedgerCorrupt, match="rows 4 to 5"):
        ledger.rebuild(filled.run_id)


def test_a_missing_end_with_a_reply_in_it_is_lost(ledger: Ledger, filled: Run) -> None:
    with ledger.database.write() as tx:
        tx.run(
            "DELETE FROM ledger_journal WHERE id >= :first AND id < :end",
            {"first": ROWS_A_RUN + 3, "end": 2 * ROWS_A_RUN},
        )

    with pytest.raises(LedgerCorrupt, match="end of the journal"):
        ledger.rebuild(filled.run_id)


def test_other_runs_are_not_touched_by_one_runs_damage(
    ledger: Ledger, filled: Run, new_run: NewRun
) -> None:
    other = ledger.runs.latest("users")
    assert other is not None
    with ledger.database.write() as tx:
        tx.run("DELETE FROM ledger_journal WHERE id = :id", {"id": ROWS_A_RUN + 4})

    assert problems(ledger, filled.run_id)
    ledger.require_whole(other.run_id)


@pytest.fixture
def stopped(file_url: str, tmp_path: Path, new_run: NewRun, answered: Any) -> Path:
    """A state folder as kill -9 leaves it: the file and its write-ahead log."""
    with open_ledger(file_url) as ledger:
        fill(ledger, new_run(ledger), answered)
        with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        fill(ledger, new_run(ledger, "users"), answered)
        state = tmp_path / "killed"
        state.mkdir()
        for path in tmp_path.glob("ledger.db*"):
            shutil.copy(path, state)
    assert (state / "ledger.db-wal").stat().st_size
    return state


def runs_after(state: Path) -> tuple[list[str], list[str]]:
    """Features that are whole when the ledger is opened in ``state``, and what was refused."""
    with open_ledger(f"sqlite:///{state}/ledger.db") as ledger:
        refusals, whole = [], []
        for run in ledger.runs.list():
            try:
                ledger.require_whole(run.run_id)
                whole.append(run.feature)
            except LedgerCorrupt as error:
                refusals.append(f"{error}: {error.next_step}")
        return sorted(whole), refusals


def test_a_killed_ledger_is_whole(stopped: Path) -> None:
    assert runs_after(stopped) == (["orders", "users"], [])


@pytest.mark.parametrize("size", [0, 32, 5_000])
def test_a_cut_write_ahead_log_leaves_an_older_state_that_is_whole(
    stopped: Path, size: int
) -> None:
    """SQLite falls back to its last whole transaction; what is missing is asked again."""
    os.truncate(stopped / "ledger.db-wal", size)

    whole, refusals = runs_after(stopped)

    assert "orders" in whole
    assert refusals == []


FILES = ("ledger.db", "ledger.db-wal", "ledger.db-shm")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("seed", range(8))
def test_a_flipped_bit_anywhere_is_harmless_or_refused(stopped: Path, name: str, seed: int) -> None:
    """Never an error of Python, and never a wrong record that passes for a right one."""
    content = bytearray((stopped / name).read_bytes())
    chance = random.Random(f"{name} {seed}")
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    (stopped / name).write_bytes(content)

    check_or_refuse(stopped)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.99])
def test_a_truncated_file_is_harmless_or_refused(stopped: Path, name: str, share: float) -> None:
    os.truncate(stopped / name, int((stopped / name).stat().st_size * share))

    check_or_refuse(stopped)


def check_or_refuse(state: Path) -> None:
    refused = ""
    whole: list[str] = []
    refusals: list[str] = []
    try:
        whole, refusals = runs_after(state)
    except LedgerCorrupt as error:
        refused = f"{error}: {error.next_step}"
    if refused:
        assert str(state) in refused
        assert "restore it from a backup, or move" in refused
        return
    assert all("begin a new one" in line or "--recovery-mode" in line for line in refusals)
    with open_ledger(f"sqlite:///{state}/ledger.db") as ledger:
        for run in ledger.runs.list():
            if run.feature in whole:
                reply = ledger.journal.lookup(CallKey(run.run_id, "generate_main", 0, "digest 0"))
                assert reply is None or reply.reply.arguments.startswith("def total(orders)")
                with ledger.database.read() as tx:
                    kinds = tx.rows(
                        "SELECT kind FROM ledger_effects WHERE run_id = :run_id ORDER BY begun_at",
                        {"run_id": run.run_id},
                    )
                assert [kind for (kind,) in kinds] in (["commit", "push"], ["commit"], [])


@pytest.fixture
def broken_page(stopped: Path) -> Path:
    """The page of the usage is damaged; the journal is whole."""
    with closing(sqlite3.connect(stopped / "ledger.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ledger_usage'"
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with (stopped / "ledger.db").open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    return stopped


def test_a_damaged_page_is_refused_and_the_file_kept(broken_page: Path) -> None:
    before = (broken_page / "ledger.db").read_bytes()
    with pytest.raises(LedgerCorrupt) as caught:
        open_ledger(f"sqlite:///{broken_page}/ledger.db")
    assert "restore it from a backup, or move" in caught.value.next_step
    assert (broken_page / "ledger.db").read_bytes() == before
