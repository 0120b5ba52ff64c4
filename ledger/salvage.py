"""A damaged SQLite file: what can be proved is put into a new one, the rest is named.

The journal alone is read, row by row, by the ids that a row can have; all other tables follow
from it. The damaged file is kept beside the new one.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ledger import schema
from ledger.chain import INSERT, ROWS_A_RUN, Row
from ledger.errors import LedgerCorrupt
from ledger.heads import Heads
from ledger.integrity import follow, repaired
from ledger.sqlite import NEXT_STEP, SqliteDatabase

_ONE = (
    "SELECT CAST(at AS BLOB), CAST(kind AS BLOB), CAST(body AS BLOB), CAST(hash AS BLOB)"
    " FROM ledger_journal WHERE id = ?"
)
_LAST = "SELECT MAX(id) FROM ledger_journal"
_VERSION = "SELECT value FROM ledger_meta WHERE name = 'version'"
_RUN_ID = "SELECT run_id FROM ledger_runs WHERE number = ?"


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What became of a damaged file.

    Attributes:
        kept: ids of the runs that are whole in the new file.
        lost: what is not, one line each.
        damaged: where the damaged file is now.
    """

    kept: tuple[str, ...]
    lost: tuple[str, ...]
    damaged: Path


def salvage(path: Path, heads: Heads, now: datetime, *, accept_loss: bool = False) -> Salvaged:
    """Replace the damaged file at ``path`` by one that holds what can be proved.

    Args:
        heads: the notes beside it, which this process must hold alone.
        accept_loss: go on without what is lost; otherwise nothing is changed then.

    Raises:
        LedgerCorrupt: something is lost.
    """
    draft = path.with_name(f".{path.name}.mended")
    draft.unlink(missing_ok=True)
    try:
        kept, lost = _copy(path, heads, draft)
        if lost and not accept_loss:
            raise LedgerCorrupt(
                f"{path} is damaged and cannot be mended whole; lost are: {'; '.join(lost)}. "
                f"To go on, {NEXT_STEP.format(path=path)}",
                path=str(path),
                lost=tuple(lost),
            )
        damaged = path.with_name(f"{path.name}.damaged-{now:%Y%m%d-%H%M%S}")
        os.link(path, damaged)
        # A write-ahead log beside another database than its own would be played into it.
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}-wal").rename(f"{damaged}-wal")
        Path(f"{path}-shm").unlink(missing_ok=True)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return Salvaged(tuple(kept), tuple(lost), damaged)


def _copy(path: Path, heads: Heads, draft: Path) -> tuple[list[str], list[str]]:
    """Write what can be proved to ``draft``: ids of whole runs, and what is lost."""
    kept: list[str] = []
    lost: list[str] = []
    database = SqliteDatabase(draft)
    try:
        with database.write() as tx:
            schema.create(tx)
            for run, run_id, found in _runs(path, heads):
                good, _, problem = repaired(found, run_id)
                note = heads.read(run)
                if note and note.seq > len(good) and not problem:
                    problem = f"rows {len(good) + 1} to {note.seq} of its journal"
                for row in good:
                    tx.run(INSERT, row.texts())
                follow(tx, run_id, good)
                if problem:
                    lost.append(f"run {run_id or f'number {run}'}: {problem}")
                elif good:
                    kept.append(run_id)
    finally:
        database.close()
    if not kept and not lost and not _is_ledger(path):
        lost.append("everything, for nothing in it can be read")
    return kept, lost


def _is_ledger(path: Path) -> bool:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return _one(connection, _VERSION) is not None


def _runs(path: Path, heads: Heads) -> Iterator[tuple[int, str, list[Row]]]:
    """Number, id and readable rows of each run, up to the first unreadable row."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        last = _one(connection, _LAST)
        top = (last[0] or 0) // ROWS_A_RUN if last else 0
        for run in range(1, max(heads.runs(), top) + 1):
            found = list(_rows(connection, run))
            yield run, _run_id(connection, run, found), found


def _rows(connection: sqlite3.Connection, run: int) -> Iterator[Row]:
    number = run * ROWS_A_RUN + 1
    while values := _one(connection, _ONE, number):
        yield Row(number, *(value or b"" for value in values))
        number += 1


def _run_id(connection: sqlite3.Connection, run: int, found: list[Row]) -> str:
    """From the run's first row, or where that is damaged from its record."""
    try:
        return str(found[0].event().body["run_id"])
    except (IndexError, KeyError, UnicodeDecodeError, json.JSONDecodeError):
        row = _one(connection, _RUN_ID, run)
        return str(row[0]) if row else ""


def _one(connection: sqlite3.Connection, sql: str, *values: object) -> tuple[Any, ...] | None:
    try:
        row: tuple[Any, ...] | None = connection.execute(sql, values).fetchone()
    except sqlite3.DatabaseError:
        return None  # what cannot be read is lost, and the chain tells
    return row
