"""A ledger's address, its connection, transactions on it, and the times that it records.

Statements are SQL text with ``:name`` placeholders that SQLite and PostgreSQL both understand, run
by the driver itself: a layer over it would cost more than the commit (docs/decisions/0050).
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from ledger.errors import LedgerError

Row = Sequence[Any]
"""A row of the driver: its values in the order of the statement."""

Values = Mapping[str, object]
_NONE: Values = {}

Clock = Callable[[], datetime]
"""Returns the present time with a time zone."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Format as ISO 8601 in UTC with microseconds, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def database_url(environ: Mapping[str, str], state_dir: Path) -> str:
    """DATABASE_URL, or the SQLite file in the state folder."""
    return environ.get("DATABASE_URL", "") or f"sqlite:///{state_dir / 'ledger.sqlite'}"


def workspace_place(url: str, state_dir: Path) -> str:
    """Identify this workspace's runs in a shared ledger; "" for a ledger of its own.

    A run belongs to the machine and the folder that hold its files.
    """
    return "" if url.startswith("sqlite") else f"{socket.gethostname()}:{state_dir.resolve()}"


class Database:
    """A connection shared by the threads of one process; each process opens its own."""

    name: str  # the file or the address, for messages; never with a password
    driver_error: type[Exception]
    begin_write: str
    begin_read: str
    find_table: str  # gives a row where the table :name exists
    identity: str  # the type of a table's row number
    clustered: str  # ends the definition of a table that is read by its own key alone
    for_update: str  # ends a query whose row no other process may get until the transaction ends
    write_back: str  # lets what was written take its place on the disk

    def __init__(self) -> None:
        self.threads = threading.RLock()
        self._connection: Any = None  # the drivers' connections share no type
        self._pid = os.getpid()
        self.clock: Clock = utc_now
        #: Raises LockLost where the feature's lock was taken and is lost.
        self.require_lock: Callable[[], None] = lambda: None

    def now(self) -> str:
        """The present time as it is recorded: UTC in ISO 8601."""
        return stamp(self.clock())

    def write(self) -> Transaction:
        """Begin a transaction that may write; it is committed when its block is left."""
        return Transaction(self, self.begin_write)

    def read(self) -> Transaction:
        """Begin a transaction whose statements see one state of the database."""
        return Transaction(self, self.begin_read)

    def rows(self, source: str, values: Values = _NONE) -> list[Row]:
        """Return the rows of one query, within this thread's transaction where it has one."""
        with self.threads:
            try:
                rows: list[Row] = self.connection().execute(self.sql(source), values).fetchall()
            except self.driver_error as error:
                raise self.explain(error) from error
            return rows

    def close(self) -> None:
        """Close the connection; a later transaction raises LedgerError."""
        with self.threads:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def connection(self) -> Any:
        if self._connection is None:
            raise LedgerError(f"the ledger {self.name} is closed")
        if self._pid != os.getpid():
            raise LedgerError(
                f"the ledger {self.name} was opened by a parent process; open it anew"
            )
        return self._connection

    @staticmethod
    def sql(source: str) -> str:
        """Translate the placeholders to the driver's."""
        return source

    def lock(self, tx: Transaction) -> None:
        """Let no other process make tables or runs until the end."""

    def check_disk_space(self) -> None:
        """Raise LedgerError where the disk has no space for a reply; cheap enough for each call."""

    def explain(self, error: Exception) -> LedgerError:
        """Translate a driver's error, with what to do about it."""
        raise NotImplementedError


class Transaction:
    """``with database.write() as tx``: commits at the end, rolls back on an exception.

    A class of its own, since a generator as context manager costs half as much as a commit.
    """

    __slots__ = ("_begin", "_cursor", "database")

    def __init__(self, database: Database, begin: str) -> None:
        self.database = database
        self._begin = begin
        self._cursor: Any = None

    def __enter__(self) -> Self:
        self.database.threads.acquire()
        try:
            self._cursor = self.database.connection().cursor()
            self._cursor.execute(self._begin)
        except BaseException as error:
            self.database.threads.release()
            self._explain(error)
            raise
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        try:
            if error is None:
                self._cursor.execute("COMMIT")
        except self.database.driver_error as failed:
            error = failed
        if error is not None:
            # A full disk or a lost connection has ended the transaction already.
            with suppress(self.database.driver_error):
                self._cursor.execute("ROLLBACK")
        self.database.threads.release()
        self._explain(error)

    def _explain(self, error: BaseException | None) -> None:
        if isinstance(error, self.database.driver_error):
            raise self.database.explain(error) from error

    def run(self, source: str, values: Values = _NONE) -> int:
        """Execute a statement and return the number of rows that it touched."""
        return int(self._execute(source, values).rowcount)

    def row(self, source: str, values: Values = _NONE) -> Row | None:
        row: Row | None = self._execute(source, values).fetchone()
        return row

    def rows(self, source: str, values: Values = _NONE) -> list[Row]:
        rows: list[Row] = self._execute(source, values).fetchall()
        return rows

    def _execute(self, source: str, values: Values) -> Any:
        return self._cursor.execute(self.database.sql(source), values)


class Records:
    """The records of one kind in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
