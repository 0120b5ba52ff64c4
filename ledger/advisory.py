"""The feature's lock in PostgreSQL: an advisory lock of a session of its own."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from ledger.errors import RunLocked
from ledger.lock import FeatureLock
from ledger.postgres import connect, lock_key
from ledger.process import this_process

if TYPE_CHECKING:
    import psycopg

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


class AdvisoryLock(FeatureLock):
    """Held as long as its session lives, on whatever machine the holder runs.

    The session's name tells who holds it; PostgreSQL keeps 63 bytes of it.
    """

    def __init__(self, feature: str, run_id: str, *, url: str, workspace: str) -> None:
        self.feature = feature
        key = lock_key(f"feature {workspace} {feature}")
        unsigned = key & (2**64 - 1)
        self._parts = {"high": unsigned >> 32, "low": unsigned & (2**32 - 1)}
        self._connection: psycopg.Connection[tuple[object, ...]] | None = connect(url)
        name = f"{this_process().pid} {run_id} {socket.gethostname()}"
        self._connection.execute("SELECT set_config('application_name', %s, false)", (name,))
        got = self._connection.execute("SELECT pg_try_advisory_lock(%s)", (key,)).fetchone()
        if got and got[0]:
            return
        holder = self._connection.execute(_HOLDER, self._parts).fetchone()
        self.release()
        pid, run, host = _parse(str(holder[0]) if holder else "")
        raise RunLocked(feature, pid=pid, host=host, run_id=run)

    def still_held(self) -> bool:
        import psycopg

        if self._connection is None:
            return False
        try:
            return self._connection.execute(_HELD, self._parts).fetchone() is not None
        except psycopg.Error:
            return False

    def release(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _parse(name: str) -> tuple[int, str, str]:
    parts = name.split(" ", 2)
    if len(parts) == 3 and parts[0].isdecimal():
        return int(parts[0]), parts[1], parts[2]
    return 0, "", "an unknown host"
