"""The ledger in a PostgreSQL database, shared by machines."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from ledger.connection import Database, Transaction
from ledger.errors import LedgerError

if TYPE_CHECKING:
    import psycopg

_LOCK_RUN = "SELECT 1 FROM ledger_runs WHERE run_id = :run_id FOR UPDATE"


class PostgresDatabase(Database):
    """A database reached through psycopg; a lost connection is opened again at the next use."""

    dialect = "postgresql"
    placeholder = "%s"
    begin_write = "BEGIN"
    begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    find_table = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = :name"

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self.name = without_password(url)
        self._connection = connect(url)

    def connection(self) -> object:
        if self._connection is not None and self._connection.closed:
            self._connection = connect(self._url)
        return super().connection()

    def lock_run(self, tx: Transaction, run_id: str) -> None:
        tx.rows(_LOCK_RUN, {"run_id": run_id})

    def lock_tables(self, tx: Transaction) -> None:
        tx.rows("SELECT pg_advisory_xact_lock(:key)", {"key": lock_key("ledger")})

    def errors(self) -> type[Exception]:
        import psycopg

        return psycopg.Error

    def explain(self, error: Exception) -> LedgerError:
        return _explain(self.name, error)


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """A connection without implicit transactions.

    Raises:
        LedgerError: psycopg is missing, or the server refuses or does not answer.
    """
    try:
        import psycopg
    except ImportError as error:
        raise LedgerError(
            "a PostgreSQL ledger needs psycopg: pip install 'ai-assisted-deploy[postgres]'"
        ) from error
    try:
        return psycopg.connect(libpq_url(url), autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        raise _explain(without_password(url), error) from error


def lock_key(name: str) -> int:
    """The advisory lock of a name: the first 64 bits of its SHA-256, signed."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


def libpq_url(url: str) -> str:
    """The address without SQLAlchemy's name of a driver."""
    return re.sub(r"^postgres(?:ql)?(?:\+\w+)?://", "postgresql://", url)


def without_password(url: str) -> str:
    """The address as it may be shown."""
    return re.sub(r"://([^:/@]*):[^@]*@", r"://\1@", url)


def _explain(name: str, error: Exception) -> LedgerError:
    reason = " ".join(str(error).split())
    return LedgerError(f"the ledger's database {name} failed: {reason}")
