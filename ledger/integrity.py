"""Is a run's record whole? What the journal can prove again is mended, the rest is named.

The journal is checked by its chain and by the note beside the database. A row with one flipped
bit is found again by trying, since its hash tells when it is right. The other tables are compared
with what follows from the journal, and written anew where they differ.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger import budget, schema
from ledger.calls import Call
from ledger.chain import ROWS_A_RUN, Row, intact, rows, run_number
from ledger.connection import Database, Transaction
from ledger.connection import Row as Values
from ledger.effects import apply_effect
from ledger.errors import LedgerCorrupt
from ledger.journal import apply_end
from ledger.runs import apply_run
from ledger.sqlite import MEMORY, SqliteDatabase

_LONGEST = 32_768  # bytes of a row within which a flipped bit is looked for; seconds at most

_TABLES = {"ledger_runs": "run_id", "ledger_usage": "call", "ledger_effects": "digest"}
"""What follows from the journal, and what tells the rows of a run apart."""

_REWRITE = "UPDATE ledger_journal SET at = :at, kind = :kind, body = :body, hash = :hash"

Table = Mapping[object, Values]


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found in a run's record.

    Attributes:
        mended: rows of the journal that are right again.
        lost: what cannot be had again, one line each.
        cut: what is missing at the journal's end although nothing else is wrong.
        tables: what the tables should hold, by name, where they hold something else.
    """

    run: int
    mended: tuple[Row, ...]
    lost: tuple[str, ...]
    cut: tuple[str, ...]
    tables: Mapping[str, Table]

    def problems(self) -> list[str]:
        """All of it for a person, one line each."""
        return [
            *(f"row {row.seq} of the journal is damaged and can be mended" for row in self.mended),
            *self.lost,
            *self.cut,
            *(f"{name} differs from the journal and can be mended" for name in self.tables),
        ]


def verify(database: Database, run_id: str, day: str) -> list[str]:
    """What is wrong with a run's record and a day's budget, one line each; changes nothing.

    Raises:
        LedgerError: there is no such run.
    """
    with database.read() as tx:
        found = _examine(tx, run_id)
        return found.problems() or _miscounted(budget.miscounted(tx, run_id, day))


def mend(database: Database, run_id: str, day: str) -> list[str]:
    """Mend a run's record and a day's budget where the rest suffices; what was wrong.

    A journal whose end is cut off is left at that: the run can go on, and asks again what the
    missing rows held.

    Raises:
        LedgerCorrupt: something is lost; says what.
        LedgerError: there is no such run.
    """
    with database.write() as tx:
        found = _examine(tx, run_id)
        if found.lost:
            raise LedgerCorrupt(
                f"the record of run {run_id} in {database.name} is damaged: "
                f"{'; '.join(found.lost)}. Start the feature anew, or restore the file",
                path=database.name,
                lost=found.lost,
            )
        for row in found.mended:
            tx.run(f"{_REWRITE} WHERE id = :id", row.texts())
        for name, table in found.tables.items():
            _write(tx, name, run_id, table)
        wrong = budget.miscounted(tx, run_id, day)
        budget.recount(tx, wrong)
    return [*found.problems(), *_miscounted(wrong)]


def _miscounted(rows: Iterable[str]) -> list[str]:
    return [f"the budget of {row} differs from its calls and can be mended" for row in rows]


def follow(tx: Transaction, run_id: str, good: Iterable[Row]) -> None:
    """Make the other tables say what these rows of the journal say."""
    calls: dict[int, Call] = {}
    for row in good:
        event = row.event()
        if event.kind == "run":
            apply_run(tx, event.body, row.id // ROWS_A_RUN)
        elif event.kind == "intent":
            calls[event.seq] = Call.of(run_id, event)
        elif event.kind == "effect":
            apply_effect(tx, run_id, event.at, event.body)
        else:
            apply_end(tx, calls[event.body["call"]], row.id, event.body)


def repaired(found: list[Row], run_id: str) -> tuple[list[Row], list[Row], str]:
    """The rows before the first break that cannot be mended, those of them that were mended, and
    what is wrong at the break, "" for none."""
    mended: list[Row] = []
    while True:
        good, problem = intact(found, run_id)
        if not problem or found[len(good)].seq != len(good) + 1:
            return good, mended, problem
        previous = good[-1].hash if good else run_id.encode()
        following = found[len(good) + 1] if len(found) > len(good) + 1 else None
        right = _repair(found[len(good)], previous, following)
        if right is None:
            return good, mended, problem
        mended.append(right)
        found = [*good, right, *found[len(good) + 1 :]]


def _repair(row: Row, previous: bytes, following: Row | None) -> Row | None:
    """The row as it was written, where its hash or one bit of its content was changed."""
    computed = row.seal(previous)
    if following and following.hash == following.seal(computed):
        return dataclasses.replace(row, hash=computed)
    content = b"%b\n%b\n%b" % (row.at, row.kind, row.body)
    if len(content) > _LONGEST:
        return None
    before = hashlib.sha256(b"%b\n%d\n" % (previous, row.seq))
    for place, byte in enumerate(content):
        rest = content[place + 1 :]
        for bit in range(8):
            trial = before.copy()
            trial.update(bytes([byte ^ 1 << bit]) + rest)
            if trial.hexdigest().encode() == row.hash:
                flipped = content[:place] + bytes([byte ^ 1 << bit]) + rest
                at, kind, body = flipped.split(b"\n", 2)
                return Row(row.id, at, kind, body, row.hash)
        before.update(bytes([byte]))
    return None


def _examine(tx: Transaction, run_id: str) -> Examination:
    run = run_number(tx, run_id)
    found = rows(tx, run)
    good, mended, problem = repaired(found, run_id)
    lost = [problem] if problem else []
    if not problem and not good:
        lost.append(f"the journal of run {run_id} is missing")
    if lost:
        after = len(found) - len(good) - 1
        if after > 0:
            lost.append(f"{after} more rows after it cannot be proved")
        return Examination(run, tuple(mended), tuple(lost), (), {})
    should = _tables(run_id, good)
    held = {name: _read(tx, name, run_id) for name in _TABLES}
    known = [row[-1] for row in held["ledger_usage"].values() if isinstance(row[-1], int)]
    beyond = [number for number in known if run * ROWS_A_RUN + len(good) < number]
    if beyond and len(known) > len(should["ledger_usage"]):
        lost.append(f"the end of the journal of run {run_id} is missing, with a reply in it")
    wrong = {name: table for name, table in should.items() if table != held[name]}
    cut = _cut(tx, run, run_id, good)
    return Examination(run, tuple(mended), tuple(lost), cut, {} if lost else wrong)


def _cut(tx: Transaction, run: int, run_id: str, good: list[Row]) -> tuple[str, ...]:
    note = tx.database.noted(run)
    if note is None:
        return ()
    if note.seq > len(good):
        return (
            f"the last rows of the journal of run {run_id}, {len(good) + 1} to {note.seq}, are "
            "lost, with the write-ahead log or in a power cut; what they held is asked again",
        )
    if good[note.seq - 1].hash[:40].decode("ascii", "replace") != note.hash:
        return (f"the journal of run {run_id} is not the one that was noted: an older file?",)
    return ()


def _tables(run_id: str, good: list[Row]) -> dict[str, Table]:
    """The tables as they follow from the journal, made in memory."""
    database = SqliteDatabase(MEMORY)
    try:
        with database.write() as tx:
            schema.create(tx)
            follow(tx, run_id, good)
            return {name: _read(tx, name, run_id) for name in _TABLES}
    finally:
        database.close()


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
    holes = ", ".join(f":{column}" for column in columns)
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns)
    for row in table.values():
        tx.run(
            f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({holes})"
            f" ON CONFLICT ({schema.key(name)}) DO UPDATE SET {changes}",
            dict(zip(columns, row, strict=True)),
        )
