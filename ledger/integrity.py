"""Verification of a run's record: the journal by its chain, the other tables by the journal.

What follows from the journal (runs, usage, effects, the budget of the run and of the day) can be
written anew where the journal itself is whole. Nothing else is repaired.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger import budget, schema
from ledger.calls import Call
from ledger.chain import ROWS_A_RUN, Row, check_chain, rows, run_number
from ledger.connection import Row as Values
from ledger.connection import Transaction
from ledger.effects import apply_effect
from ledger.journal import apply_end
from ledger.runs import apply_run
from ledger.sqlite import MEMORY, SqliteDatabase

_TABLES = {"ledger_runs": "run_id", "ledger_usage": "call", "ledger_effects": "digest"}
"""What follows from the journal, and the column that identifies a row within a run."""

Table = Mapping[object, Values]


@dataclass(frozen=True, slots=True)
class IntegrityReport:
    """Differences between a run's journal and what follows from it.

    Attributes:
        lost: what is wrong with the journal, "" where it is whole.
        tables: the right contents of the tables that differ, by name.
        budgets: the right sums of the budget's rows that differ, by scope.
    """

    lost: str
    tables: Mapping[str, Table]
    budgets: Mapping[str, budget.Amount]

    def problems(self) -> list[str]:
        """Return one line for each difference, for a person."""
        if self.lost:
            return [self.lost]
        return [
            *(f"{name} differs from the journal" for name in self.tables),
            *(f"the ledger_budget of {scope} differs from its calls" for scope in self.budgets),
        ]


def examine(tx: Transaction, run_id: str, day: str) -> IntegrityReport:
    """Compare a run's tables and the budget of the run and a day with its journal.

    Raises:
        LedgerError: there is no such run.
    """
    run = run_number(tx, run_id)
    found = rows(tx, run)
    _, problem = check_chain(found, run_id)
    if problem or not found:
        return IntegrityReport(problem or f"the journal of run {run_id} is missing", {}, {})
    should = _tables(run_id, found)
    held = {name: _read(tx, name, run_id) for name in _TABLES}
    if any(held[name].keys() - should[name].keys() for name in _TABLES):
        return IntegrityReport(f"the end of the journal of run {run_id} is missing", {}, {})
    wrong = {name: table for name, table in should.items() if table != held[name]}
    # A budget is the sum of calls, which is not to be had from tables that are wrong.
    return IntegrityReport("", wrong, {} if wrong else budget.miscounted(tx, run_id, day))


def write_tables(tx: Transaction, run_id: str, day: str, found: IntegrityReport) -> None:
    """Write the tables and budgets that differ from the journal anew."""
    for name, table in found.tables.items():
        _write(tx, name, run_id, table)
    budget.recount(tx, budget.miscounted(tx, run_id, day))


def _tables(run_id: str, journal: list[Row]) -> dict[str, Table]:
    """Build in memory the tables that follow from the journal."""
    database = SqliteDatabase(MEMORY)
    try:
        with database.write() as tx:
            schema.create(tx)
            _apply(tx, run_id, journal)
            return {name: _read(tx, name, run_id) for name in _TABLES}
    finally:
        database.close()


def _apply(tx: Transaction, run_id: str, journal: Iterable[Row]) -> None:
    """Apply rows of the journal to the other tables."""
    calls: dict[int, Call] = {}
    for row in journal:
        body = row.body
        if row.kind == "run":
            apply_run(tx, body, row.id // ROWS_A_RUN)
        elif row.kind == "intent":
            calls[row.seq] = Call.of(run_id, row)
        elif row.kind == "effect":
            apply_effect(tx, run_id, row.at, body)
        else:
            apply_end(tx, calls[body["call"]], row.id, body)


def _read(tx: Transaction, name: str, run_id: str) -> Table:
    columns = schema.columns(name)
    key = columns.index(_TABLES[name])
    chosen = ", ".join(columns)
    found = tx.rows(f"SELECT {chosen} FROM {name} WHERE run_id = :run_id", {"run_id": run_id})
    return {row[key]: tuple(row) for row in found}


def _write(tx: Transaction, name: str, run_id: str, table: Table) -> None:
    columns = schema.columns(name)
    if name != "ledger_runs":
        tx.run(f"DELETE FROM {name} WHERE run_id = :run_id", {"run_id": run_id})
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns)
    for row in table.values():
        tx.run(
            f"{schema.insert(name)} ON CONFLICT ({schema.key(name)}) DO UPDATE SET {changes}",
            dict(zip(columns, row, strict=True)),
        )
