"""The ledger in one SQLite file: WAL, so that readers and a writer don't wait for each other."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from pathlib import Path

from ledger import schema
from ledger.connection import Database
from ledger.errors import LedgerCorrupt, LedgerError
from ledger.process import find_process

BUSY_SECONDS = 10.0
"""How long a transaction waits for other processes' transactions, which take milliseconds."""

_LEAST_FREE = 1 << 20  # bytes: a long reply, its way through the write-ahead log, and more
_AGAIN = "and give the same command again: it goes on"
_CHECKED = 8192  # pages of 4 KiB; a larger file is not looked through at each start

# What is wrong, and what to do.
_FULL = ("the disk is full at {name}", f"free some space, {_AGAIN}")
_NOT_WRITABLE = (
    "{name} cannot be written ({error})",
    f"let this user write the file and its folder, {_AGAIN}",
)
_BUSY = ("another process has held {name} for over {seconds:g} seconds", f"wait for it, {_AGAIN}")
_OTHER = ("{name}: {error}", f"mend what it names, {_AGAIN}")
_REASONS = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _NOT_WRITABLE,
    sqlite3.SQLITE_CANTOPEN: _NOT_WRITABLE,
    sqlite3.SQLITE_PERM: _NOT_WRITABLE,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_IOERR: ("{name} cannot be read or written ({error})", "check the disk"),
}


class SqliteDatabase(Database):
    """A SQLite file, or ``:memory:``; a commit outlasts the process, not a power cut.

    LedgerCorrupt: the file's structure is damaged.
    """

    begin_write = "BEGIN IMMEDIATE"
    begin_read = "BEGIN"
    find_table = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name"
    # Only a column of the very type INTEGER is SQLite's own row number, which needs no index.
    identity = "INTEGER PRIMARY KEY"
    clustered = " WITHOUT ROWID"
    for_update = ""  # a transaction that writes is alone
    write_back = "PRAGMA wal_checkpoint(PASSIVE)"
    driver_error = sqlite3.Error

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
            ((pages,),) = self._connection.execute("PRAGMA page_count")
            check = "PRAGMA quick_check(1)" if pages <= _CHECKED else "SELECT 'ok'"
            ((found,),) = self._connection.execute(check)
        except sqlite3.Error as error:
            self.close()
            raise self.explain(error) from error
        if found != "ok":
            self.close()
            raise _damaged(self.name, found)

    def check_disk_space(self) -> None:
        disk = os.statvfs(self._folder)
        if disk.f_bavail * disk.f_frsize < _LEAST_FREE:
            raise _error(_FULL, self.name)

    def explain(self, error: Exception) -> LedgerError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB} or "decode" in str(error):
            return _damaged(self.name, str(error))
        return _error(_REASONS.get(code, _OTHER), self.name, error)


def open_file(path: Path) -> SqliteDatabase:
    """Open the ledger at ``path``, for its owner alone; make it where there is none."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists() and path.stat().st_uid == os.geteuid() and path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise LedgerError(
            f"{path.parent} cannot be used for the ledger ({error.strerror})",
            next_step="make it a folder that this user may write, or choose another one",
        ) from error
    _remove_drafts(path)
    if not path.exists():
        _make(path)
    if not path.stat().st_size:
        raise _damaged(str(path), "it is empty, which no ledger ever is")
    return SqliteDatabase(path)


def _remove_drafts(path: Path) -> None:
    """Remove the drafts of processes that were killed while they created a ledger."""
    for draft in path.parent.glob(f".{path.name}.*"):
        pid = draft.name.removeprefix(f".{path.name}.").partition("-")[0]
        if pid.isdecimal() and not find_process(int(pid)):
            draft.unlink(missing_ok=True)


def _make(path: Path) -> None:
    """Create a ledger at ``path``, whole or not at all, unless another process was first."""
    try:
        begin = f".{path.name}.{os.getpid()}-"
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=begin)
    except OSError as error:
        raise _error(_NOT_WRITABLE, str(path), error.strerror) from error
    os.close(descriptor)
    try:
        with contextlib.closing(SqliteDatabase(draft)) as database:
            schema.prepare(database)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()


def _damaged(path: str, reason: str) -> LedgerCorrupt:
    return LedgerCorrupt(
        f"{path} is damaged ({reason})",
        next_step=f"restore it from a backup, or move {path} away to start with an empty record; "
        "commits and feature folders are not part of it",
    )


def _error(reason: tuple[str, str], name: str, error: object = "") -> LedgerError:
    what, next_step = reason
    said = what.format(name=name, error=error, seconds=BUSY_SECONDS)
    return LedgerError(said, next_step=next_step)
