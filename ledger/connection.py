"""One connection to the ledger's database, and transactions on it.

Statements are SQL text with ``:name`` placeholders that SQLite and PostgreSQL both understand, run
by the driver itself: a layer over it would cost more than the commit (docs/decisions/0050).
"""

from __future__ import annotations

import operator
import os
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from ledger.errors import LedgerError

Row = Sequence[Any]
"""A row of the driver: its values in the order of the statement."""

Values = Mapping[str, object]
_NONE: Values = {}

Statement = tuple[str, Callable[[Values], Sequence[object]]]
"""SQL in the driver's style, and the function that orders values by its placeholders."""

_PLACEHOLDER = re.compile(r":([a-z_]+)")
_WRITTEN = (
    "INSERT INTO ledger_meta (name, value) VALUES ('written', '1')"
    " ON CONFLICT (name) DO UPDATE SET value = ledger_meta.value"
)


class Database:
    """A connection shared by the threads of one process; each process opens its own."""

    name: str
    """The file or the address, for messages; never with a password."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._connection: Any = None  # the drivers' connections share no type
        self._pid = os.getpid()
        self._statements: dict[str, Statement] = {}
        self.run_numbers: dict[str, int] = {}

    def write(self) -> Transaction:
        """Begin a transaction that may write; it is committed when its block is left."""
        return Transaction(self, self.begin_write)

    def read(self) -> Transaction:
        """Begin a transaction whose statements see one state of the database."""
        return Transaction(self, self.begin_read)

    def row(self, source: str, values: Values) -> Row | None:
        """Return the first row of a query outside of a transaction, None where there is none."""
        sql, ordered = self.statement(source)
        with self._lock:
            try:
                row: Row | None = self.connection().execute(sql, ordered(values)).fetchone()
            except self.errors() as error:
                raise self.explain(error) from error
            return row

    def close(self) -> None:
        """Close the connection; a later transaction raises LedgerError."""
        with self._lock:
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

    dialect: Literal["sqlite", "postgresql"]
    placeholder: str
    begin_write: str
    begin_read: str
    find_table: str
    """A query that gives a row where the table ``:name`` exists."""

    def statement(self, source: str) -> Statement:
        """Translate the placeholders to the driver's positional ones, which are the fastest."""
        known = self._statements.get(source)
        if known is None:
            names = _PLACEHOLDER.findall(source)
            known = (_PLACEHOLDER.sub(self.placeholder, source), _ordering(names))
            self._statements[source] = known
        return known

    def lock_run(self, tx: Transaction, run_id: str) -> None:
        """Let no other process append to the run's journal until the transaction ends."""

    def lock_tables(self, tx: Transaction) -> None:
        """Let no other process make tables or runs until the transaction ends."""

    def check_disk_space(self) -> None:
        """Raise LedgerError where the disk has no space for a reply; cheap enough for each call."""

    def reserve_disk_space(self, size: int) -> None:
        """Write a row, and keep ``size`` bytes of the file free for later rows."""
        self.check_disk_space()
        with self.write() as tx:
            tx.run(_WRITTEN)

    def errors(self) -> type[Exception]:
        """The root of the driver's errors."""
        raise NotImplementedError

    def explain(self, error: Exception) -> LedgerError:
        """Translate a driver's error, with what to do about it."""
        raise NotImplementedError


class Transaction:
    """``with database.write() as tx``: commits at the end, rolls back on an exception."""

    __slots__ = ("_begin", "_cursor", "database")

    def __init__(self, database: Database, begin: str) -> None:
        self.database = database
        self._begin = begin
        self._cursor: Any = None

    def __enter__(self) -> Transaction:
        self.database._lock.acquire()
        try:
            self._cursor = self.database.connection().cursor()
            self._cursor.execute(self._begin)
        except self.database.errors() as error:
            self.database._lock.release()
            raise self.database.explain(error) from error
        except BaseException:
            self.database._lock.release()
            raise
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        try:
            if error is None:
                self._cursor.execute("COMMIT")
                return
            self._roll_back()
            if isinstance(error, self.database.errors()):
                raise self.database.explain(error) from error
        except self.database.errors() as failure:
            self._roll_back()
            raise self.database.explain(failure) from failure
        finally:
            self.database._lock.release()

    def _roll_back(self) -> None:
        try:
            self._cursor.execute("ROLLBACK")
        except self.database.errors():
            # Some failures (a full disk, a lost connection) have ended the transaction already.
            return

    def run(self, source: str, values: Values = _NONE) -> int:
        """Execute a statement and return the number of rows that it touched."""
        return int(self._execute(source, values).rowcount)

    def row(self, source: str, values: Values = _NONE) -> Row | None:
        """Return the first row, None where there is none."""
        row: Row | None = self._execute(source, values).fetchone()
        return row

    def rows(self, source: str, values: Values = _NONE) -> list[Row]:
        """Return all rows."""
        rows: list[Row] = self._execute(source, values).fetchall()
        return rows

    def _execute(self, source: str, values: Values) -> Any:
        sql, ordered = self.database.statement(source)
        self._cursor.execute(sql, ordered(values))
        return self._cursor


def _ordering(names: Sequence[str]) -> Callable[[Values], Sequence[object]]:
    if len(names) < 2:
        return lambda values: [values[name] for name in names]
    pick: Callable[[Values], Sequence[object]] = operator.itemgetter(*names)
    return pick
