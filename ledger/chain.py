"""The journal's rows: what happened in a run, in order, each with a hash over the row before.

Row 1 of a run is its creation. A row's hash covers the hash before it, so that a changed, missing
or moved row breaks the chain from there on; a cut-off end shows in the tables that follow from the
journal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from ledger import schema
from ledger.connection import Transaction
from ledger.errors import LedgerError

ROWS_A_RUN = 2**32
"""A row's id is its run's number times this and its place, so that one index serves both."""

_OF_RUN = "FROM ledger_journal WHERE id > :first AND id < :end"
_LAST_ROW = f"SELECT id, hash {_OF_RUN} ORDER BY id DESC LIMIT 1"
_ROWS = f"SELECT id, at, kind, body, hash {_OF_RUN} ORDER BY id"
_INTENTS = _ROWS.replace("ORDER", "AND kind = 'intent' AND at >= :since ORDER")
_INSERT = schema.insert("ledger_journal")
_NUMBER = "SELECT number FROM ledger_runs WHERE run_id = :run_id"

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
    def body(self) -> Mapping[str, Any]:
        return dict(json.loads(self.text))


class NextRow(NamedTuple):
    """The place of a run's next row, and the hash of the row before: the run's id for the first."""

    run: int
    seq: int
    previous: str

    @property
    def id(self) -> int:
        return self.run * ROWS_A_RUN + self.seq

    def append(self, tx: Transaction, at: str, kind: str, body: Mapping[str, Any]) -> NextRow:
        """Write the row and return the place after it."""
        text = as_text(body)
        checksum = _checksum(self.previous, self.seq, at, kind, text)
        tx.run(_INSERT, {"id": self.id, "at": at, "kind": kind, "body": text, "hash": checksum})
        return NextRow(self.run, self.seq + 1, checksum)


def next_row(tx: Transaction, run_id: str) -> NextRow:
    """Return the run's next place; no other process gets it before the transaction ends."""
    run = _run_number(tx, run_id, _NUMBER + tx.database.for_update)
    last = tx.row(_LAST_ROW, _span(run))
    return NextRow(run, last[0] % ROWS_A_RUN + 1, last[1]) if last else NextRow(run, 1, run_id)


def read_journal(tx: Transaction, run_id: str) -> tuple[list[Row], str]:
    """Read a run's rows up to the first that is not whole, and what is wrong there, or ""."""
    found = [Row(*values) for values in tx.rows(_ROWS, _span(_run_number(tx, run_id, _NUMBER)))]
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


def read_intents(tx: Transaction, run_id: str, since: str) -> list[Row]:
    """Read a run's intentions to call from a time on; whether they are whole is not checked."""
    span = _span(_run_number(tx, run_id, _NUMBER))
    return [Row(*values) for values in tx.rows(_INTENTS, {**span, "since": since})]


def _run_number(tx: Transaction, run_id: str, query: str) -> int:
    row = tx.row(query, {"run_id": run_id})
    if row is None:
        raise LedgerError(f"there is no run {run_id} in {tx.database.name}")
    return int(row[0])


def _checksum(previous: str, seq: int, at: str, kind: str, body: str) -> str:
    content = f"{previous}\n{seq}\n{at}\n{kind}\n{body}"
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def _span(run: int) -> dict[str, int]:
    return {"first": run * ROWS_A_RUN, "end": (run + 1) * ROWS_A_RUN}
