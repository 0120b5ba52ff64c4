"""Opening the ledger."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType

from ledger import schema
from ledger.clock import Clock, utc_now
from ledger.connection import Database
from ledger.effects import Effects
from ledger.errors import LedgerError, LedgerVersion
from ledger.journal import Journal
from ledger.runs import Runs
from ledger.sqlite import SqliteDatabase, Synchronous, make_private
from ledger.usage import Usage

RESERVE_BYTES = 512 * 1024
"""Room that is kept free in the file: a long reply and what is recorded around it."""


class Ledger:
    """What has happened, in one database. A context manager; each process opens its own.

    Attributes:
        runs, journal, effects: the records.
        usage: reports over them.
    """

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self.database = database
        self.runs = Runs(database, clock)
        self.journal = Journal(database, clock)
        self.effects = Effects(database, clock)
        self.usage = Usage(database)

    def check_writable(self) -> None:
        """Write, and keep some room, before anything is paid for.

        Raises:
            LedgerError: the disk is full or read-only; says how to mend it.
        """
        self.database.reserve_room(RESERVE_BYTES)

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def open_ledger(url: str, *, clock: Clock = utc_now, synchronous: Synchronous = "normal") -> Ledger:
    """Open the ledger, making or migrating its tables where needed.

    Args:
        url: ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or ``postgresql+psycopg://…``.
        clock: gives the times that are recorded.
        synchronous: SQLite alone: "full" also outlasts a power cut, a disk flush a commit.

    Raises:
        LedgerCorrupt: the file is damaged or no database.
        LedgerVersion: a newer version of this tool wrote it.
        LedgerError: it cannot be opened, or the address is none of these.
    """
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        make_private(path)
        if not path.exists():
            _make(path)
        database: Database = SqliteDatabase(path, synchronous=synchronous)
    elif url.startswith(("postgresql://", "postgresql+psycopg://", "postgres://")):
        from ledger.postgres import PostgresDatabase

        database = PostgresDatabase(url)
    else:
        scheme = url.partition(":")[0]
        raise LedgerError(
            f"a ledger cannot be kept at {scheme!r}: use sqlite:///path/to/ledger.db or "
            "postgresql+psycopg://user@host/database"
        )
    try:
        _bring_up_to_date(database)
    except BaseException:
        database.close()
        raise
    return Ledger(database, clock)


def _make(path: Path) -> None:
    """Put an empty ledger at ``path``, whole or not at all, so that an empty file is damage."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.unlink(missing_ok=True)
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise LedgerError(
            f"{path} cannot be written ({error.strerror}): free some space, let this user write "
            "the folder, or choose another one"
        ) from error
    try:
        database = SqliteDatabase(draft, synchronous="normal")
        try:
            _bring_up_to_date(database)
        finally:
            database.close()
        os.link(draft, path)
    except FileExistsError:
        return  # another process was first
    finally:
        draft.unlink(missing_ok=True)


def _bring_up_to_date(database: Database) -> None:
    with database.read() as tx:
        found = schema.version(tx)
    if found == schema.VERSION:
        return
    with database.write() as tx:
        database.hold_schema(tx)
        found = schema.version(tx)
        if found is None:
            schema.create(tx)
        elif found < schema.VERSION:
            schema.migrate(tx, found)
        elif found > schema.VERSION:
            raise LedgerVersion(
                f"{database.name} was written by a newer version of this tool (tables {found}, "
                f"known here {schema.VERSION}): update it, pip install -U ai-assisted-deploy"
            )
