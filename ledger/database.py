"""The ledger: the records of one database."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from ledger import budget, schema, sqlite
from ledger.chain import IntegrityReport, examine, write_tables
from ledger.connection import Clock, Database, utc_now
from ledger.effects import Effects
from ledger.errors import LedgerCorrupt, LedgerError
from ledger.fixes import Fixes
from ledger.journal import Journal
from ledger.lock import FeatureLock
from ledger.runs import Runs
from ledger.text.program import program
from ledger.usage import Usage

_RESERVED = 512 * 1024  # bytes that are kept free: a long reply and what is recorded around it


class Ledger(AbstractContextManager["Ledger"]):
    """The records of one database, and reports over them; each process opens its own.

    What is said of a run that is not recorded raises LedgerError.
    """

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        try:
            schema.prepare(database)
        except BaseException:
            database.close()
            raise
        self.database = database
        self.database.clock = clock
        self.runs = Runs(database)
        self.journal = Journal(database)
        self.effects = Effects(database)
        self.usage = Usage(database)
        self.fixes = Fixes(database)

    def use_lock(self, lock: FeatureLock) -> None:
        """Refuse calls and effects from now on when this lock is lost."""
        self.database.require_lock = lock.require

    def check_writable(self) -> None:
        """Write, reserve some disk space and count the days anew, before anything is paid for.

        A row that is deleted leaves its space to later ones.
        """
        self.database.check_disk_space()
        with self.database.write() as tx:
            tx.run(schema.upsert("ledger_meta"), {"name": "room", "value": " " * _RESERVED})
        with self.database.write() as tx:
            tx.run("DELETE FROM ledger_meta WHERE name = 'room'")
            budget.forget(tx, "day")
        self.database.rows(self.database.write_back)

    def require_whole(self, run_id: str) -> None:
        """Raise LedgerCorrupt, with what to do, where a run's record is damaged."""
        with self.database.read() as tx:
            found = examine(tx, run_id)
        if found.problems:
            raise self._damaged(run_id, found)

    def rebuild(self, run_id: str) -> list[str]:
        """Rebuild the tables from a run's journal; return what was wrong, one line each.

        Raises:
            LedgerCorrupt: the journal is not whole; says what to do.
        """
        with self.database.write() as tx:
            found = examine(tx, run_id)
            if found.problems and not found.tables:
                raise self._damaged(run_id, found)
            write_tables(tx, run_id, found)
        return found.problems

    def _damaged(self, run_id: str, found: IntegrityReport) -> LedgerCorrupt:
        way_out = (
            f"its journal is whole: `{program()} --feature … --recovery-mode` writes the tables "
            "anew from it and goes on"
            if found.tables
            else "this run cannot go on: begin a new one with --regenerate all, or restore the "
            "file from a backup"
        )
        return LedgerCorrupt(
            f"the record of run {run_id} in {self.database.name} is damaged: "
            f"{'; '.join(found.problems)}",
            next_step=way_out,
        )

    def close(self) -> None:
        self.database.close()

    def __exit__(self, *_: object) -> None:
        self.close()


def open_ledger(url: str, *, clock: Clock = utc_now) -> Ledger:
    """Open the ledger at ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or a PostgreSQL URL.

    Raises:
        LedgerCorrupt: the file is damaged or no database; nothing was changed.
        LedgerVersion: another version of this tool wrote it.
    """
    if url.startswith("sqlite:///"):
        return Ledger(sqlite.open_file(Path(url.removeprefix("sqlite:///"))), clock)
    if url.startswith(("postgresql://", "postgresql+psycopg://", "postgres://")):
        from ledger.postgres import PostgresDatabase

        return Ledger(PostgresDatabase(url), clock)
    raise LedgerError(
        f"a ledger cannot be kept at {url.partition(':')[0]!r} (DATABASE_URL)",
        next_step="use sqlite:///path/to/ledger.db or postgresql+psycopg://user@host/database",
    )


def open_empty_ledger() -> Ledger:
    """A ledger without a record, in memory alone."""
    return Ledger(sqlite.SqliteDatabase(":memory:"))
