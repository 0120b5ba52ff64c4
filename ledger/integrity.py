"""Verification of a run's record: the journal by its chain, the other tables by the journal.

What follows from the journal (runs, usage, effects) can be written anew where the journal itself is
whole. Nothing else is repaired.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass

from ledger import schema
from ledger.calls import Call
from ledger.chain import ROWS_A_RUN, Row, read_journal
from ledger.connection import Row as Values
from ledger.connection import Transaction
from ledger.effects import apply_effect
from ledger.journal import end_call
from ledger.runs import apply_run
from ledger.sqlite import SqliteDatabase

# What follows from the journal, and the column that identifies a row within a run.
_TABLES = {"ledger_runs": "run_id", "ledger_usage": "call", "ledger_effects": "digest"}

Table = Mapping[object, Values]


@dataclass(frozen=True, slots=True)
class IntegrityReport:
    """What is wrong with a run's journal, or "", and the right contents of tables that differ."""

    lost: str
    tables: Mapping[str, Table]

    def problems(self) -> list[str]:
        """Return one line for each difference, for a person."""
        if self.lost:
            return [self.lost]
        return [f"{name} differs from the journal" for name in self.tables]


def examine(tx: Transaction, run_id: str) -> IntegrityReport:
    """Compare a run's tables with its journal."""
    journal, problem = read_journal(tx, run_id)
    if problem:
        return IntegrityReport(problem, {})
    should = _build_tables(run_id, journal)
    held = {name: _read(tx, name, run_id) for name in _TABLES}
    if any(held[name].keys() - should[name].keys() for name in _TABLES):
        return IntegrityReport(f"the end of the journal of run {run_id} is missing", {})
    wrong = {name: table for name, table in should.items() if table != held[name]}
    return IntegrityReport("", wrong)


def write_tables(tx: Transaction, run_id: str, found: IntegrityReport) -> None:
    """Write the tables that differ from the journal anew."""
    for name, table in found.tables.items():
        if name != "ledger_runs":  # others refer to it
            tx.run(f"DELETE FROM {name} WHERE run_id = :run_id", {"run_id": run_id})
        for row in table.values():
            tx.run(schema.upsert(name), dict(zip(schema.columns(name), row, strict=True)))


def _build_tables(run_id: str, journal: Iterable[Row]) -> dict[str, Table]:
    """Build in memory the tables that follow from the journal."""
    calls: dict[int, Call] = {}
    with closing(SqliteDatabase(":memory:")) as database, database.write() as tx:
        schema.create(tx)
        for row in journal:
            body = row.body
            if row.kind == "run":
                apply_run(tx, row.id // ROWS_A_RUN, body)
            elif row.kind == "intent":
                calls[row.seq] = Call.of(run_id, row)
            elif row.kind == "effect":
                apply_effect(tx, run_id, row.at, body)
            else:
                end_call(tx, calls[body["call"]], row.id, body)
        return {name: _read(tx, name, run_id) for name in _TABLES}


def _read(tx: Transaction, name: str, run_id: str) -> Table:
    columns = schema.columns(name)
    query = f"SELECT {', '.join(columns)} FROM {name} WHERE run_id = :run_id"
    key = columns.index(_TABLES[name])
    return {row[key]: tuple(row) for row in tx.rows(query, {"run_id": run_id})}
