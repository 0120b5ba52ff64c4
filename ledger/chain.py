"""The journal's rows: what happened in a run, in order, each with a hash over the row before.

Row 1 of a run is its creation. A row's hash covers the hash before it, so that a changed, missing
or moved row breaks the chain from there on; a cut-off end shows in the tables that follow from the
journal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger import schema
from ledger.connection import Transaction
from ledger.errors import LedgerCorrupt, LedgerError

ROWS_A_RUN = 2**32
"""A row's id is its run's number times this and its place, so that one index serves both."""

_LAST_ROW = (
    "SELECT id, hash FROM ledger_journal WHERE id > :first AND id < :end ORDER BY id DESC LIMIT 1"
)
_INSERT = schema.insert("ledger_journal")
_ROWS = (
    "SELECT id, at, kind, body, hash FROM ledger_journal WHERE id > :first AND id < :end"
    " ORDER BY id"
)
_NUMBER = "SELECT number FROM ledger_runs WHERE run_id = :run_id"

as_text = json.JSONEncoder(separators=(",", ":")).encode
"""A record as JSON text, in ASCII and without spaces, as every table keeps it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the journal.

    Attributes:
        at: UTC in ISO 8601.
        kind: ``"run"``, ``"intent"``, ``"reply"``, ``"failure"`` or ``"effect"``.
        text: what happened, as JSON.
    """

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
        """The plain JSON values of its text."""
        value: Mapping[str, Any] = json.loads(self.text)
        return value

    def checksum(self, previous: str) -> str:
        """Compute the hash that it should have."""
        return _checksum(previous, self.seq, self.at, self.kind, self.text)


@dataclass(frozen=True, slots=True)
class NextRow:
    """The place where the next row of a run goes.

    Attributes:
        run: the run's number.
        seq: the place, from 1.
        previous: the hash of the row before, the run's id for the first.
    """

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
    """Return the run's next place; no other process gets it before the transaction ends.

    Raises:
        LedgerError: there is no such run.
    """
    tx.database.lock_run(tx, run_id)
    run = run_number(tx, run_id)
    last = tx.row(_LAST_ROW, _span(run))
    return NextRow(run, last[0] % ROWS_A_RUN + 1, last[1]) if last else NextRow(run, 1, run_id)


def run_number(tx: Transaction, run_id: str) -> int:
    """Return the run's number in this database.

    Raises:
        LedgerError: there is no such run.
    """
    known = tx.database.run_numbers.get(run_id)
    if known is None:
        row = tx.row(_NUMBER, {"run_id": run_id})
        if row is None:
            raise LedgerError(f"there is no run {run_id} in {tx.database.name}")
        known = tx.database.run_numbers[run_id] = int(row[0])
    return known


def rows(tx: Transaction, run: int) -> list[Row]:
    """Read the rows of a run, by its number, without checking them."""
    return [Row(*values) for values in tx.rows(_ROWS, _span(run))]


def events(tx: Transaction, run_id: str) -> list[Row]:
    """Read the rows of a run whose chain is whole.

    Raises:
        LedgerCorrupt: the chain is broken.
    """
    good, problem = check_chain(rows(tx, run_number(tx, run_id)), run_id)
    if problem:
        raise LedgerCorrupt(
            f"{tx.database.name}: {problem}", path=tx.database.name, lost=(problem,)
        )
    return good


def check_chain(found: list[Row], run_id: str) -> tuple[list[Row], str]:
    """Return the rows before the first break, and what is wrong there; "" for a whole chain."""
    previous = run_id
    for place, row in enumerate(found):
        if row.seq != place + 1:
            missing = (
                f"row {place + 1}" if row.seq == place + 2 else f"rows {place + 1} to {row.seq - 1}"
            )
            return found[:place], f"{missing} of the journal of run {run_id} are missing"
        if row.hash != row.checksum(previous):
            return found[:place], f"row {row.seq} of the journal of run {run_id} is damaged"
        previous = row.hash
    return found, ""


def _checksum(previous: str, seq: int, at: str, kind: str, body: str) -> str:
    """SHA-256 over the hash before and a row's content, in hex."""
    content = f"{previous}\n{seq}\n{at}\n{kind}\n{body}"
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def _span(run: int) -> dict[str, int]:
    return {"first": run * ROWS_A_RUN, "end": (run + 1) * ROWS_A_RUN}
