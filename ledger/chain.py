"""The journal's rows: what happened in a run, in order, each sealed by a hash over the last.

Row 1 of a run is its creation. A row's hash covers the hash before it, so that a changed, missing
or moved row breaks the chain from there on; a cut-off end shows in what follows from the journal
and in the note beside the database (:mod:`ledger.heads`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger.connection import Transaction
from ledger.errors import LedgerCorrupt, LedgerError

ROWS_A_RUN = 2**32
"""A row's id is its run's number times this and its place, so that one index serves both."""

_HEAD = (
    "SELECT id, hash FROM ledger_journal WHERE id > :first AND id < :end ORDER BY id DESC LIMIT 1"
)
INSERT = (
    "INSERT INTO ledger_journal (id, at, kind, body, hash) VALUES (:id, :at, :kind, :body, :hash)"
)
_ROWS = (
    "SELECT id, {at}, {kind}, {body}, {hash} FROM ledger_journal WHERE id > :first AND id < :end"
    " ORDER BY id"
)
_NUMBER = "SELECT number FROM ledger_runs WHERE run_id = :run_id"

as_text = json.JSONEncoder(separators=(",", ":")).encode
"""A record as JSON text, in ASCII and without spaces, as every table keeps it."""


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the journal.

    Attributes:
        seq: its place in the run, from 1.
        at: UTC in ISO 8601.
        kind: ``"run"``, ``"intent"``, ``"reply"``, ``"failure"`` or ``"effect"``.
        body: what happened, plain JSON values.
    """

    seq: int
    at: str
    kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it stands in the database, in bytes, for it may be damaged."""

    id: int
    at: bytes
    kind: bytes
    body: bytes
    hash: bytes

    @property
    def seq(self) -> int:
        return self.id % ROWS_A_RUN

    def texts(self) -> dict[str, object]:
        """For the database, once the row is known to be right."""
        return {
            "id": self.id,
            "at": self.at.decode(),
            "kind": self.kind.decode(),
            "body": self.body.decode(),
            "hash": self.hash.decode(),
        }

    def event(self) -> Event:
        return Event(self.seq, self.at.decode(), self.kind.decode(), json.loads(self.body))

    def seal(self, previous: bytes) -> bytes:
        """The hash that it should have."""
        return seal(previous, b"%d\n%b\n%b\n%b" % (self.seq, self.at, self.kind, self.body))


@dataclass(frozen=True, slots=True)
class Head:
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

    def append(self, tx: Transaction, at: str, kind: str, body: Mapping[str, Any]) -> Head:
        """Write the row; the place after it."""
        text = as_text(body)
        content = f"{self.seq}\n{at}\n{kind}\n{text}"
        sealed = seal(self.previous.encode(), content.encode()).decode()
        tx.run(INSERT, {"id": self.id, "at": at, "kind": kind, "body": text, "hash": sealed})
        if kind != "intent":
            # An intention that gets lost with the log is soon followed by what is noted.
            tx.heads[self.run] = (self.seq, sealed)
        return Head(self.run, self.seq + 1, sealed)


def head(tx: Transaction, run_id: str) -> Head:
    """The run's next place; no other process gets it before the transaction ends.

    Raises:
        LedgerError: there is no such run.
    """
    tx.hold(run_id)
    run = run_number(tx, run_id)
    last = tx.row(_HEAD, _span(run))
    return Head(run, last[0] % ROWS_A_RUN + 1, last[1]) if last else Head(run, 1, run_id)


def run_number(tx: Transaction, run_id: str) -> int:
    """The run's number in this database.

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
    """The rows of a run, by its number, as they stand there."""
    names = {name: tx.database.raw.format(name) for name in ("at", "kind", "body", "hash")}
    found = tx.rows(_ROWS.format(**names), _span(run))
    return [Row(number, *map(_bytes, texts)) for number, *texts in found]


def events(tx: Transaction, run_id: str) -> list[Event]:
    """What happened in a run.

    Raises:
        LedgerCorrupt: the chain is broken.
    """
    good, problem = intact(rows(tx, run_number(tx, run_id)), run_id)
    if problem:
        raise LedgerCorrupt(
            f"{tx.database.name}: {problem}", path=tx.database.name, lost=(problem,)
        )
    return [row.event() for row in good]


def intact(found: list[Row], run_id: str) -> tuple[list[Row], str]:
    """The rows before the first break, and what is wrong there; "" for a whole chain."""
    previous = run_id.encode()
    for place, row in enumerate(found):
        if row.seq != place + 1:
            missing = (
                f"row {place + 1}" if row.seq == place + 2 else f"rows {place + 1} to {row.seq - 1}"
            )
            return found[:place], f"{missing} of the journal of run {run_id} are missing"
        if row.hash != row.seal(previous):
            kind = row.kind.decode("ascii", "replace")
            return found[
                :place
            ], f"row {row.seq} ({kind}) of the journal of run {run_id} is damaged"
        previous = row.hash
    return found, ""


def seal(previous: bytes, content: bytes) -> bytes:
    """SHA-256 over the hash before and a row's content, in hex."""
    return hashlib.sha256(previous + b"\n" + content).hexdigest().encode()


def _span(run: int) -> dict[str, int]:
    return {"first": run * ROWS_A_RUN, "end": (run + 1) * ROWS_A_RUN}


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
