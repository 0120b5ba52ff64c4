"""The journal's rows: what happened in a run, in order, each with a hash over the row before.

Row 1 of a run is its creation. A row's hash covers the hash before it, so that a changed, missing
or moved row breaks the chain from there on; a cut-off end shows in the tables that follow from the
rows (runs, usage, effects). These are written with the rows, and can be written anew from them;
nothing else is repaired.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from typing import Any, NamedTuple

from ledger import schema
from ledger.calls import Call
from ledger.connection import Row as Values
from ledger.connection import Transaction
from ledger.errors import LedgerError
from ledger.sqlite import SqliteDatabase

ROWS_A_RUN = 2**32
"""A row's id is its run's number times this and its place, so that one index serves both."""

Record = Mapping[str, Any]
Table = Mapping[object, Values]

_OF_RUN = "FROM ledger_journal WHERE id > :first AND id < :end"
_LAST_ROW = f"SELECT id, hash {_OF_RUN} ORDER BY id DESC LIMIT 1"
_ROWS = f"SELECT id, at, kind, body, hash {_OF_RUN}"
_UNANSWERED = (
    f"{_ROWS} AND kind = 'intent' AND at >= :since"
    " AND id - :first NOT IN (SELECT call FROM ledger_usage WHERE run_id = :run_id) ORDER BY id"
)
_INSERT = schema.insert("ledger_journal")
_NUMBER = "SELECT number FROM ledger_runs WHERE run_id = :run_id"
_END = f"{schema.insert('ledger_usage')} ON CONFLICT DO NOTHING"
_FOLLOWS = {
    "run": schema.upsert("ledger_runs"),
    "reply": _END,
    "failure": _END,
    "effect": schema.insert("ledger_effects"),
    "made": "UPDATE ledger_effects SET result = :result, finished_at = :at WHERE digest = :digest",
}
_FOLLOWING = {"ledger_runs": "run_id", "ledger_usage": "call", "ledger_effects": "digest"}
"""What follows from the journal, and the column that identifies a row within a run."""
_DEFAULTS: Record = {"answered_by": "", "result": None, "finished_at": None}

as_text = json.JSONEncoder(separators=(",", ":")).encode
"""A record as JSON text, in ASCII and without spaces, as every table keeps it."""


class Row(NamedTuple):
    """One row of the journal: of kind run, intent, reply, failure or effect; its text is JSON."""

    id: int
    at: str
    kind: str
    text: str
    hash: str

    @property
    def seq(self) -> int:
        """Its place in the run, from 1."""
        return self.id % ROWS_A_RUN

    @property
    def body(self) -> Record:
        return dict(json.loads(self.text))


class NextRow(NamedTuple):
    """The place of a run's next row, and the hash of the row before: the run's id for the first."""

    run: int
    seq: int
    previous: str

    def append(
        self, tx: Transaction, at: str, kind: str, body: Record, call: Record = _DEFAULTS
    ) -> NextRow:
        """Write a row and what follows from it; return the place after it.

        Args:
            call: that a reply or a failure ends; LedgerError where it has ended before.
        """
        text = as_text(body)
        checksum = _checksum(self.previous, self.seq, at, kind, text)
        row = Row(self.run * ROWS_A_RUN + self.seq, at, kind, text, checksum)
        if not _follow(tx, row, body, call):
            raise LedgerError(f"call {call['number']} of run {call['run_id']} has ended already")
        tx.run(_INSERT, {"id": row.id, "at": at, "kind": kind, "body": text, "hash": checksum})
        return NextRow(self.run, self.seq + 1, checksum)


class IntegrityReport(NamedTuple):
    """What is wrong with a run's record, a line each, and the right contents of tables that differ.

    Problems without tables are those of the journal itself.
    """

    problems: list[str]
    tables: Mapping[str, Table]


def next_row(tx: Transaction, run_id: str) -> NextRow:
    """Return the run's next place; no other process gets it before the transaction ends."""
    run = _run_number(tx, run_id, _NUMBER + tx.database.for_update)
    last = tx.row(_LAST_ROW, _span(run))
    return NextRow(run, last[0] % ROWS_A_RUN + 1, last[1]) if last else NextRow(run, 1, run_id)


def read_journal(tx: Transaction, run_id: str) -> tuple[list[Row], str]:
    """Read a run's rows up to the first that is not whole, and what is wrong there, or ""."""
    span = _span(_run_number(tx, run_id))
    found = [Row(*values) for values in tx.rows(f"{_ROWS} ORDER BY id", span)]
    previous = run_id
    for place, row in enumerate(found, start=1):
        wrong = ""
        if row.seq != place:
            wrong = f"rows {place} to {row.seq - 1} of the journal of run {run_id} are missing"
        elif row.hash != _checksum(previous, row.seq, row.at, row.kind, row.text):
            wrong = f"row {row.seq} of the journal of run {run_id} is damaged"
        if wrong:
            return found[: place - 1], wrong
        previous = row.hash
    return found, "" if found else f"the journal of run {run_id} is missing"


def calls_in_flight(tx: Transaction, run_id: str, since: str = "") -> Iterator[Call]:
    """The calls of a run from a time on that have not ended, without what is damaged."""
    values = {**_span(_run_number(tx, run_id)), "run_id": run_id, "since": since}
    for row in itertools.starmap(Row, tx.rows(_UNANSWERED, values)):
        with suppress(ValueError, TypeError):
            yield Call(run_id, number=row.seq, at=row.at, **row.body)


def examine(tx: Transaction, run_id: str) -> IntegrityReport:
    """Verify a run's journal by its chain, and its tables by the journal."""
    journal, problem = read_journal(tx, run_id)
    if problem:
        return IntegrityReport([problem], {})
    calls: dict[int, Record] = {}
    with closing(SqliteDatabase(":memory:")) as database, database.write() as built:
        schema.create(built)
        for row in journal:
            body = row.body
            if row.kind == "intent":
                calls[row.seq] = {**body, "run_id": run_id, "begun_at": row.at}
            _follow(built, row, body, calls.get(body.get("call", 0), _DEFAULTS))
        should = {name: _read(built, name, run_id) for name in _FOLLOWING}
    held = {name: _read(tx, name, run_id) for name in _FOLLOWING}
    if any(held[name].keys() - should[name].keys() for name in _FOLLOWING):
        return IntegrityReport([f"the end of the journal of run {run_id} is missing"], {})
    wrong = {name: table for name, table in should.items() if table != held[name]}
    return IntegrityReport([f"{name} differs from the journal" for name in wrong], wrong)


def write_tables(tx: Transaction, run_id: str, found: IntegrityReport) -> None:
    """Write the tables that differ from the journal anew."""
    for name, table in found.tables.items():
        if name != "ledger_runs":  # others refer to it
            tx.run(f"DELETE FROM {name} WHERE run_id = :run_id", {"run_id": run_id})
        for row in table.values():
            tx.run(schema.upsert(name), dict(zip(schema.columns(name), row, strict=True)))


def _follow(tx: Transaction, row: Row, body: Record, call: Record) -> bool:
    """Write what follows from a row; whether there was anything to write."""
    if row.kind == "intent":
        return True  # a call is in flight by its intention alone
    texts = {key: as_text(it) if isinstance(it, dict) else it for key, it in body.items()}
    own = {"number": row.id // ROWS_A_RUN, "ended": row.id, "at": row.at, "begun_at": row.at}
    kind = "made" if row.kind == "effect" and "result" in body else row.kind
    return tx.run(_FOLLOWS[kind], {**_DEFAULTS, **own, **call, **texts}) > 0


def _read(tx: Transaction, name: str, run_id: str) -> Table:
    columns = schema.columns(name)
    query = f"SELECT {', '.join(columns)} FROM {name} WHERE run_id = :run_id"
    key = columns.index(_FOLLOWING[name])
    return {row[key]: tuple(row) for row in tx.rows(query, {"run_id": run_id})}


def _run_number(tx: Transaction, run_id: str, query: str = _NUMBER) -> int:
    row = tx.row(query, {"run_id": run_id})
    if row is None:
        raise LedgerError(f"there is no run {run_id} in {tx.database.name}")
    return int(row[0])


def _checksum(previous: str, seq: int, at: str, kind: str, body: str) -> str:
    content = f"{previous}\n{seq}\n{at}\n{kind}\n{body}"
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def _span(run: int) -> dict[str, int]:
    return {"first": run * ROWS_A_RUN, "end": (run + 1) * ROWS_A_RUN}
