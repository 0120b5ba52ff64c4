"""Opening the ledger."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType

from ledger import schema
from ledger.clock import Clock, stamp, utc_now
from ledger.connection import Database
from ledger.effects import Effects
from ledger.errors import LedgerCorrupt, LedgerError, LedgerVersion
from ledger.heads import Heads
from ledger.integrity import mend, verify
from ledger.journal import Journal
from ledger.lock import FeatureLock
from ledger.process import start_token
from ledger.runs import Runs
from ledger.salvage import salvage
from ledger.sqlite import SqliteDatabase, Synchronous, make_private
from ledger.usage import Usage

RESERVE_BYTES = 512 * 1024
"""Room that is kept free in the file: a long reply and what is recorded around it."""

_CHECKED_BYTES = 32 << 20  # a larger file is not looked through at each start


class Ledger:
    """What has happened, in one database. A context manager; each process opens its own.

    Attributes:
        runs, journal, effects: the records.
        usage: reports over them.
        notes: what a person should know of the opening, e.g. that the file was mended.
    """

    def __init__(
        self, database: Database, clock: Clock = utc_now, notes: tuple[str, ...] = ()
    ) -> None:
        self.database = database
        self._clock = clock
        self.runs = Runs(database, clock)
        self.journal = Journal(database, clock)
        self.effects = Effects(database, clock)
        self.usage = Usage(database)
        self.notes = notes

    def hold_to(self, lock: FeatureLock) -> None:
        """From now on no call is made and no effect begun once this lock is lost."""
        self.journal.lock = self.effects.lock = lock

    def check_writable(self) -> None:
        """Write, and keep some room, before anything is paid for.

        Raises:
            LedgerError: the disk is full or read-only; says how to mend it.
        """
        self.database.reserve_room(RESERVE_BYTES)

    def verify(self, run_id: str) -> list[str]:
        """What is wrong with a run's record, one line each; see :mod:`ledger.integrity`."""
        return verify(self.database, run_id, self._today())

    def mend(self, run_id: str) -> list[str]:
        """Mend a run's record before it goes on; what was wrong, one line each.

        Raises:
            LedgerCorrupt: something that the run needs is lost; says what.
        """
        return mend(self.database, run_id, self._today())

    def _today(self) -> str:
        return stamp(self._clock())[:10]

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


def open_ledger(
    url: str,
    *,
    clock: Clock = utc_now,
    synchronous: Synchronous = "normal",
    accept_loss: bool = False,
) -> Ledger:
    """Open the ledger, making, migrating or mending its tables where needed.

    Args:
        url: ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or ``postgresql+psycopg://…``.
        clock: gives the times that are recorded.
        synchronous: SQLite alone: "full" also outlasts a power cut, a disk flush a commit.
        accept_loss: mend a damaged file even where something is lost; ``notes`` say what.

    Raises:
        LedgerCorrupt: the file is damaged or no database, and something is lost.
        LedgerVersion: a newer version of this tool wrote it.
        LedgerError: it cannot be opened, or the address is none of these.
    """
    if url.startswith("sqlite:///"):
        return _open_file(Path(url.removeprefix("sqlite:///")), clock, synchronous, accept_loss)
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


def _open_file(path: Path, clock: Clock, synchronous: Synchronous, accept_loss: bool) -> Ledger:
    make_private(path)
    _remove_drafts(path)
    notes_path = Path(f"{path}-heads")
    new = not path.exists() and _make(path)
    heads = Heads(notes_path)
    if new:
        heads.forget()
    try:
        try:
            database = _checked(path, heads, synchronous)
            return Ledger(database, clock, _vanished(database, heads))
        except LedgerCorrupt:
            if not heads.hold_alone():
                raise
            saved = salvage(path, heads, clock(), accept_loss=accept_loss)
        ledger = Ledger(
            _checked(path, heads, synchronous),
            clock,
            (f"{path} was damaged and is mended; the damaged file is {saved.damaged}", *saved.lost),
        )
        for run in ledger.runs.list(limit=1_000_000):
            # Their processes are dead, or would hold the file.
            ledger.journal.ambiguous(run.run_id)
        heads.share()
        return ledger
    except BaseException:
        heads.close()
        raise


def _checked(path: Path, heads: Heads, synchronous: Synchronous) -> SqliteDatabase:
    if not path.stat().st_size:
        raise LedgerCorrupt(f"{path} is empty, which no ledger ever is", path=str(path))
    database = SqliteDatabase(path, heads=heads, synchronous=synchronous)
    try:
        if path.stat().st_size <= _CHECKED_BYTES:
            database.quick_check()
        _bring_up_to_date(database)
    except BaseException:
        database.close_connection()
        raise
    return database


def _vanished(database: SqliteDatabase, heads: Heads) -> tuple[str, ...]:
    noted = heads.runs()
    with database.read() as tx:
        known = tx.rows("SELECT COALESCE(MAX(number), 0) FROM ledger_runs")[0][0]
    vanished = sum(heads.read(run) is not None for run in range(known + 1, noted + 1))
    if not vanished:
        return ()
    heads.forget(known)
    return (
        f"{database.name} fell back to an older state: the {vanished} newest runs are lost, with "
        "the write-ahead log or in a power cut",
    )


def _remove_drafts(path: Path) -> None:
    """Remove what processes left that were killed while they made a ledger."""
    for draft in path.parent.glob(f".{path.name}.*"):
        pid = draft.name.removeprefix(f".{path.name}.").partition("-")[0]
        if pid.isdecimal() and not start_token(int(pid)):
            draft.unlink(missing_ok=True)


def _make(path: Path) -> bool:
    """Put a new ledger at ``path``, whole or not at all; False where another was first."""
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
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    return True


def _bring_up_to_date(database: Database) -> None:
    with database.read() as tx:
        found = schema.version(tx)
    if found == schema.VERSION:
        return
    with database.write() as tx:
        database.hold_all(tx)
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
