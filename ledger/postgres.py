"""The ledger in a PostgreSQL database, shared by machines, and the feature's lock there."""

from __future__ import annotations

import functools
import hashlib
import re
import socket
from typing import Any

import psycopg

from ledger.connection import Database, Transaction
from ledger.errors import LedgerError, RunLocked
from ledger.lock import FeatureLock
from ledger.process import this_process

_OURS = (
    "l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted AND l.classid = %(high)s::bigint::oid"
    " AND l.objid = %(low)s::bigint::oid"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_HELD = f"SELECT 1 FROM pg_locks l WHERE l.pid = pg_backend_pid() AND {_OURS}"
_HOLDER = (
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
    f" WHERE {_OURS}"
)


class PostgresDatabase(Database):
    """A database reached through psycopg; a lost connection is opened again at the next use."""

    begin_write = "BEGIN"
    begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    find_table = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = :name"
    identity = "BIGINT PRIMARY KEY"
    clustered = ""
    for_update = " FOR UPDATE"
    write_back = "SELECT 1"
    driver_error = psycopg.Error

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self.name = without_password(url)
        self._connection = _connect(url)

    def connection(self) -> Any:
        if self._connection is not None and self._connection.closed:
            self._connection = _connect(self._url)
        return super().connection()

    @staticmethod
    @functools.cache
    def sql(source: str) -> str:
        return re.sub(r":([a-z_]+)", r"%(\1)s", source)

    def lock(self, tx: Transaction) -> None:
        tx.rows("SELECT pg_advisory_xact_lock(:key)", {"key": _lock_key("ledger")})

    def explain(self, error: Exception) -> LedgerError:
        return database_failed(self.name, error)


class AdvisoryLock(FeatureLock):
    """Held as long as its session lives, on whatever machine the holder runs.

    The session's name tells who holds it; PostgreSQL keeps 63 bytes of it.
    """

    def __init__(self, feature: str, run_id: str, *, url: str, workspace: str) -> None:
        self.feature = feature
        key = _lock_key(f"feature {workspace} {feature}")
        unsigned = key & (2**64 - 1)
        self._parts = {"high": unsigned >> 32, "low": unsigned & (2**32 - 1)}
        self._connection = _connect(url)
        name = f"{this_process().pid} {run_id} {socket.gethostname()}"
        self._connection.execute("SELECT set_config('application_name', %s, false)", (name,))
        got = self._connection.execute("SELECT pg_try_advisory_lock(%s)", (key,)).fetchone()
        if got and got[0]:
            return
        holder = self._connection.execute(_HOLDER, self._parts).fetchone()
        self.release()
        found = re.fullmatch(r"(\d+) (\S*) (.+)", str(holder[0])) if holder else None
        if not found:
            raise RunLocked(feature)
        raise RunLocked(feature, pid=int(found[1]), host=found[3], run_id=found[2])

    def still_held(self) -> bool:
        try:
            return self._connection.execute(_HELD, self._parts).fetchone() is not None
        except psycopg.Error:  # the session has ended
            return False

    def release(self) -> None:
        self._connection.close()


def without_password(url: str) -> str:
    """The address as it may be shown."""
    return re.sub(r"://([^:/@]*):[^@]*@", r"://\1@", url)


def _connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """A connection without implicit transactions."""
    address = re.sub(r"^postgres(?:ql)?(?:\+\w+)?://", "postgresql://", url)
    try:
        return psycopg.connect(address, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        raise database_failed(without_password(url), error) from error


def database_failed(name: str, error: Exception) -> LedgerError:
    """The error of a database, by its address without a password, that is lost or refuses."""
    reason = " ".join(str(error).split())
    return LedgerError(
        f"the ledger's database {name} (DATABASE_URL) failed: {reason}",
        next_step="see that it runs, is reached from here and lets this user write, and give the "
        "same command again: it goes on",
    )


def _lock_key(name: str) -> int:
    """The advisory lock of a name: the first 64 bits of its SHA-256, signed."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
