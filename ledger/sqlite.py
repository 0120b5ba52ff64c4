"""The ledger in one SQLite file: WAL, so that readers and a writer don't wait for each other."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from ledger.connection import Database
from ledger.errors import LedgerCorrupt, LedgerError

MEMORY = ":memory:"

BUSY_SECONDS = 10.0
"""How long a transaction waits for other processes' transactions, which take milliseconds."""

MINIMUM_FREE_BYTES = 1 << 20
"""Free space that a call needs: a long reply, its way through the write-ahead log, and more."""

_NEXT_STEP = (
    "restore it from a backup, or move {path} away to start with an empty record; commits and "
    "feature folders are not part of it"
)

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

_FREE_PAGES = "PRAGMA freelist_count"
_PAGE_SIZE = "PRAGMA page_size"
_FILL = (
    "INSERT INTO ledger_meta (name, value) VALUES ('room', zeroblob(:size))"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_CLEAR = "DELETE FROM ledger_meta WHERE name = 'room'"


class SqliteDatabase(Database):
    """A SQLite file, or ``:memory:``; a commit outlasts the process, not a power cut."""

    dialect = "sqlite"
    placeholder = "?"
    begin_write = "BEGIN IMMEDIATE"
    begin_read = "BEGIN"
    find_table = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name"

    def __init__(self, path: str | Path) -> None:
        super().__init__()
        self.name = str(path)
        self._folder = Path(path).parent
        try:
            # Transactions are begun by hand, and the lock of Database orders the threads.
            self._connection = sqlite3.connect(
                self.name, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.execute("PRAGMA foreign_keys=ON")
        except sqlite3.Error as error:
            self.close()
            raise self.explain(error) from error

    def check_disk_space(self) -> None:
        disk = os.statvfs(self._folder)
        if disk.f_bavail * disk.f_frsize < MINIMUM_FREE_BYTES:
            raise LedgerError(
                f"the disk is full at {self.name}: under {MINIMUM_FREE_BYTES >> 20} MB are left; "
                "free some space and go on"
            )

    def reserve_disk_space(self, size: int) -> None:
        super().reserve_disk_space(size)
        with self.read() as tx:
            (free,), (page,) = tx.rows(_FREE_PAGES)[0], tx.rows(_PAGE_SIZE)[0]
        if free * page >= size:
            return
        # A row that is written and deleted leaves its pages in the file, for the rows to come.
        with self.write() as tx:
            tx.run(_FILL, {"size": size})
        with self.write() as tx:
            tx.run(_CLEAR)
        self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def quick_check(self) -> None:
        """Raise LedgerCorrupt where the file's structure is damaged, in 2 ms a megabyte."""
        try:
            found = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.Error as error:
            raise self.explain(error) from error
        if found != "ok":
            raise damaged(self.name, found)

    def errors(self) -> type[Exception]:
        return sqlite3.Error

    def explain(self, error: Exception) -> LedgerError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _DAMAGED or "decode" in str(error):
            return damaged(self.name, str(error))
        if code == sqlite3.SQLITE_FULL:
            return LedgerError(f"the disk is full at {self.name}: free some space and go on")
        if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
            return LedgerError(
                f"{self.name} cannot be written ({error}): let this user write the file and its "
                "folder, or choose another folder"
            )
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return LedgerError(
                f"another process has held {self.name} for over {BUSY_SECONDS:g} seconds: "
                "wait for it to end and go on"
            )
        if code == sqlite3.SQLITE_IOERR:
            return LedgerError(f"{self.name} cannot be read or written ({error}): check the disk")
        return LedgerError(f"{self.name}: {error}")


def damaged(path: str, reason: str) -> LedgerCorrupt:
    """Return the error for a file that is no whole database, with what to do."""
    return LedgerCorrupt(f"{path} is damaged ({reason}): {_NEXT_STEP.format(path=path)}", path=path)


def make_private(path: Path) -> None:
    """Create the file's folder (0700) where it is missing; restrict the file to its owner."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists() and path.stat().st_uid == os.geteuid() and path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise LedgerError(
            f"{path.parent} cannot be used for the ledger ({error.strerror}): make it a folder "
            "that this user may write, or choose another one"
        ) from error
