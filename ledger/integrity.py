"""Is a run's record whole? The journal is checked by its chain, the other tables by the journal.

What follows from the journal (runs, usage, effects, the budget of the run and of the day) can be
written anew where the journal itself is whole. Nothing else is repaired.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger import budget, schema
from ledger.calls import Call
from ledger.chain import ROWS_A_RUN, Row, check_chain, rows, run_number
from ledger.connection import Database, Transaction
from ledger.connection import Row as Values
from ledger.effects import apply_effect
from ledger.errors import LedgerCorrupt
from ledger.journal import apply_end
from ledger.runs import apply_run
from ledger.sqlite import MEMORY, SqliteDatabase
from ledger.text.program import program

_TABLES = {"ledger_runs": "run_id", "ledger_usage": "call", "ledger_effects": "digest"}
"""What follows from the journal, and the column that identifies a row within a run."""

Table = Mapping[object, Values]


@dataclass(frozen=True, slots=True)
class IntegrityReport:
    """What was found in a run's record.

    Attributes:
        lost: what is wrong with the journal, "" where it is whole.
        tables: what the tables should hold, by name, where they hold something else.
        budgets: what the rows of the budget should say, by scope, where they say something else.
    """

    lost: str
    tables: Mapping[str, Table]
    budgets: Mapping[str, budget.Amount]

    def problems(self) -> list[str]:
        """All of it for a person, one line each."""
        if self.lost:
            return [self.lost]
        return [
            *(f"{name} differs from the journal" for name in self.tables),
            *(f"the ledger_budget of {scope} differs from its calls" for scope in self.budgets),
        ]


def verify(database: Database, run_id: str, day: str) -> list[str]:
    """What is wrong with a run's record and a day's budget, one line each; changes nothing.

    Raises:
        LedgerError: there is no such run.
    """
    with database.read() as tx:
        return _examine(tx, run_id, day).problems()


def require_whole(database: Database, run_id: str, day: str) -> None:
    """Refuse a run whose record is damaged.

    Raises:
        LedgerCorrupt: with what is wrong and what to do.
        LedgerError: there is no such run.
    """
    with database.read() as tx:
        found = _examine(tx, run_id, day)
    if found.lost:
        raise _lost(database, run_id, found)
    if problems := found.problems():
        raise LedgerCorrupt(
            f"the record of run {run_id} in {database.name} is damaged: {'; '.join(problems)}. "
            f"Its journal is whole: `{program()} --feature … --recovery-mode` writes the tables "
            "anew from it and goes on",
            path=database.name,
        )


def rebuild(database: Database, run_id: str, day: str) -> list[str]:
    """Write anew what follows from a whole journal; what was wrong, one line each.

    Raises:
        LedgerCorrupt: the journal is damaged; says what to do.
        LedgerError: there is no such run.
    """
    with database.write() as tx:
        found = _examine(tx, run_id, day)
        if found.lost:
            raise _lost(database, run_id, found)
        for name, table in found.tables.items():
            _write(tx, name, run_id, table)
        budget.recount(tx, budget.miscounted(tx, run_id, day))
    return found.problems()


def _lost(database: Database, run_id: str, found: IntegrityReport) -> LedgerCorrupt:
    return LedgerCorrupt(
        f"the record of run {run_id} in {database.name} is damaged: {found.lost}. This run cannot "
        "go on: begin a new one with --regenerate all, or restore the file from a backup",
        path=database.name,
        lost=(found.lost,),
    )


def _examine(tx: Transaction, run_id: str, day: str) -> IntegrityReport:
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


def _tables(run_id: str, journal: list[Row]) -> dict[str, Table]:
    """The tables as they follow from the journal, made in memory."""
    database = SqliteDatabase(MEMORY)
    try:
        with database.write() as tx:
            schema.create(tx)
            _apply(tx, run_id, journal)
            return {name: _read(tx, name, run_id) for name in _TABLES}
    finally:
        database.close()


def _apply(tx: Transaction, run_id: str, journal: Iterable[Row]) -> None:
    """Make the other tables say what these rows of the journal say."""
    calls: dict[int, Call] = {}
    for row in journal:
        event = row.event()
        if event.kind == "run":
            apply_run(tx, event.body, row.id // ROWS_A_RUN)
        elif event.kind == "intent":
            calls[event.seq] = Call.of(run_id, event)
        elif event.kind == "effect":
            apply_effect(tx, run_id, event.at, event.body)
        else:
            apply_end(tx, calls[event.body["call"]], row.id, event.body)


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
