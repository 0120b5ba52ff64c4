"""Opening the ledger."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from ledger import schema
from ledger.clock import Clock, stamp, utc_now
from ledger.connection import Database
from ledger.effects import Effects
from ledger.errors import LedgerCorrupt, LedgerError, LedgerVersion
from ledger.integrity import IntegrityReport, examine, write_tables
from ledger.journal import Journal
from ledger.lock import FeatureLock
from ledger.process import find_process
from ledger.runs import Runs
from ledger.sqlite import SqliteDatabase, damaged, make_private
from ledger.text.program import program
from ledger.usage import Usage

RESERVED_BYTES = 512 * 1024
"""Free space that is kept in the file: a long reply and what is recorded around it."""

_CHECKED_BYTES = 32 << 20  # a larger file is not looked through at each start


class Ledger:
    """The records of one database. A context manager; each process opens its own.

    Attributes:
        runs, journal, effects: the records.
        usage: reports over them.
    """

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self.database = database
        self._clock = clock
        self.runs = Runs(database, clock)
        self.journal = Journal(database, clock)
        self.effects = Effects(database, clock)
        self.usage = Usage(database)

    def use_lock(self, lock: FeatureLock) -> None:
        """Refuse calls and effects from now on when this lock is lost."""
        self.journal.lock = self.effects.lock = lock

    def check_writable(self) -> None:
        """Write, and reserve some disk space, before anything is paid for.

        Raises:
            LedgerError: the disk is full or read-only; says how to mend it.
        """
        self.database.reserve_disk_space(RESERVED_BYTES)

    def verify(self, run_id: str) -> list[str]:
        """Return what is wrong with a run's record, one line each; changes nothing.

        Raises:
            LedgerError: there is no such run.
        """
        with self.database.read() as tx:
            return examine(tx, run_id, self._today()).problems()

    def require_whole(self, run_id: str) -> None:
        """Refuse a run whose record is damaged.

        Raises:
            LedgerCorrupt: with what is wrong and what to do.
            LedgerError: there is no such run.
        """
        with self.database.read() as tx:
            found = examine(tx, run_id, self._today())
        self._require_journal(run_id, found)
        if problems := found.problems():
            raise LedgerCorrupt(
                f"the record of run {run_id} in {self.database.name} is damaged: "
                f"{'; '.join(problems)}. Its journal is whole: `{program()} --feature … "
                "--recovery-mode` writes the tables anew from it and goes on",
                path=self.database.name,
            )

    def rebuild(self, run_id: str) -> list[str]:
        """Rebuild the tables from a run's whole journal; return what was wrong, one line each.

        Raises:
            LedgerCorrupt: the journal is damaged; says what to do.
            LedgerError: there is no such run.
        """
        with self.database.write() as tx:
            found = examine(tx, run_id, self._today())
            self._require_journal(run_id, found)
            write_tables(tx, run_id, self._today(), found)
        return found.problems()

    def _require_journal(self, run_id: str, found: IntegrityReport) -> None:
        if found.lost:
            raise LedgerCorrupt(
                f"the record of run {run_id} in {self.database.name} is damaged: {found.lost}. "
                "This run cannot go on: begin a new one with --regenerate all, or restore the "
                "file from a backup",
                path=self.database.name,
                lost=(found.lost,),
            )

    def _today(self) -> str:
        return stamp(self._clock())[:10]

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_ledger(url: str, *, clock: Clock = utc_now) -> Ledger:
    """Open the ledger and create its tables where needed.

    Args:
        url: ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or ``postgresql+psycopg://…``.
        clock: gives the times that are recorded.

    Raises:
        LedgerCorrupt: the file is damaged or no database; nothing was changed.
        LedgerVersion: another version of this tool wrote it.
        LedgerError: it cannot be opened, or the address is none of these.
    """
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        return Ledger(_open_file(path), clock)
    if url.startswith(("postgresql://", "postgresql+psycopg://", "postgres://")):
        from ledger.postgres import PostgresDatabase

        database = PostgresDatabase(url)
        try:
            _bring_up_to_date(database)
        except BaseException:
            database.close()
            raise
        return Ledger(database, clock)
    raise LedgerError(
        f"a ledger cannot be kept at {url.partition(':')[0]!r}: use sqlite:///path/to/ledger.db or "
        "postgresql+psycopg://user@host/database"
    )


def _open_file(path: Path) -> SqliteDatabase:
    make_private(path)
    _remove_drafts(path)
    if not path.exists():
        _make(path)
    if not path.stat().st_size:
        raise damaged(str(path), "it is empty, which no ledger ever is")
    database = SqliteDatabase(path)
    try:
        if path.stat().st_size <= _CHECKED_BYTES:
            database.quick_check()
        _bring_up_to_date(database)
    except BaseException:
        database.close()
        raise
    return database


def _remove_drafts(path: Path) -> None:
    """Remove the drafts of processes that were killed while they created a ledger."""
    for draft in path.parent.glob(f".{path.name}.*"):
        pid = draft.name.removeprefix(f".{path.name}.").partition("-")[0]
        if pid.isdecimal() and not find_process(int(pid)):
            draft.unlink(missing_ok=True)


def _make(path: Path) -> None:
    """Create a ledger at ``path``, whole or not at all, unless another process was first."""
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
        database = SqliteDatabase(draft)
        try:
            _bring_up_to_date(database)
        finally:
            database.close()
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _bring_up_to_date(database: Database) -> None:
    with database.read() as tx:
        found = schema.version(tx)
    if found == schema.VERSION:
        return
    with database.write() as tx:
        database.lock_tables(tx)
        found = schema.version(tx)
        if found is None:
            schema.create(tx)
        elif found != schema.VERSION:
            raise LedgerVersion(
                f"{database.name} was written by another version of this tool (tables {found}, "
                f"known here {schema.VERSION}): install that version, or move it away to start "
                "with an empty record"
            )
