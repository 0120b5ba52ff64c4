"""The checkpoints of runs: SQLite beside the ledger, PostgreSQL where DATABASE_URL says so."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiosqlite
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph.state import CompiledStateGraph

from graph.deps import Deps
from graph.errors import ConfigError
from graph.state import DeploymentState
from ledger.errors import LedgerError

Compiled = CompiledStateGraph[DeploymentState, Deps, Any, Any]

#: A commit outlasts the process, not a power cut, as the ledger's do (docs/decisions/0051).
UNFLUSHED = "PRAGMA synchronous=NORMAL"
_RECURSION_LIMIT = 500  # far above what the limits in the state allow
_PREFIX = "sha256+"
_BYTES = hashlib.sha256().digest_size


class ChecksumSerializer(JsonPlusSerializer):
    """LangGraph's serializer with a checksum before the bytes: SQLite checks the structure of its
    file, not what rows hold. Values without one are accepted.

    Of the error that ended a step its text is kept: as an object it would never be read back.
    """

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        if isinstance(obj, BaseException):
            obj = repr(obj)
        kind, data = super().dumps_typed(obj)
        return f"{_PREFIX}{kind}", hashlib.sha256(data).digest() + data

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        kind, content = data
        if kind.startswith(_PREFIX):
            checksum, content = content[:_BYTES], content[_BYTES:]
            if hashlib.sha256(content).digest() != checksum:
                raise ValueError("a checkpoint is not what was written")
        return super().loads_typed((kind.removeprefix(_PREFIX), content))


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The compiled workflow and, in its checkpointer, the states that its runs have reached."""

    workflow: Compiled
    saver: BaseCheckpointSaver[Any]

    @staticmethod
    def thread(run_id: str) -> Any:
        """LangGraph's configuration of a run."""
        return {"configurable": {"thread_id": run_id}, "recursion_limit": _RECURSION_LIMIT}

    async def state(self, run_id: str) -> Mapping[str, Any]:
        """The state of a run's last checkpoint; {} where there is none, or none that is whole.

        A damaged one is deleted: the run begins again, and the journal answers repeated calls.
        """
        try:
            found = await self.workflow.aget_state(self.thread(run_id))
        except (NotImplementedError, ValueError, sqlite3.Error):
            found = None
        # LangGraph's own metadata carries no checksum; it counts its steps there.
        if found is None or (found.values and "step" not in (found.metadata or {})):
            await self.forget(run_id)
            return {}
        values: Mapping[str, Any] = found.values
        return values

    async def forget(self, run_id: str) -> None:
        await self.saver.adelete_thread(run_id)


@asynccontextmanager
async def open_checkpoints(
    state_dir: Path, database_url: str
) -> AsyncIterator[BaseCheckpointSaver[Any]]:
    """A checkpointer for the length of the block; LedgerError where it cannot be written."""
    if database_url.startswith("postgresql"):
        async with _postgres(database_url) as saver:
            yield saver
        return
    file = state_dir / "checkpoints.sqlite"
    if not _is_sound(file):
        _set_aside(file)
    try:
        async with aiosqlite.connect(file) as connection:
            await connection.execute(UNFLUSHED)
            yield AsyncSqliteSaver(connection, serde=ChecksumSerializer())
    except sqlite3.Error as error:
        raise LedgerError(
            f"{file} cannot be written ({error})",
            next_step="free some space and let this user write the file and its folder, then run "
            "the same command again",
        ) from error


def _is_sound(file: Path) -> bool:
    """Whether the file is an undamaged database, missing or empty."""
    if not file.is_file() or not file.stat().st_size:
        return True
    try:
        with closing(sqlite3.connect(file)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def _set_aside(file: Path) -> None:
    """Rename a damaged database; its runs begin again, and the journal answers repeated calls."""
    for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
        damaged = file.with_name(name)
        if damaged.exists():
            damaged.replace(damaged.with_name(f"{name}.damaged"))


@asynccontextmanager
async def _postgres(database_url: str) -> AsyncIterator[BaseCheckpointSaver[Any]]:
    try:
        from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
        from psycopg import Error as PsycopgError

        from ledger.postgres import database_failed, without_password
    except ImportError as error:
        raise ConfigError(
            "$DATABASE_URL",
            "names PostgreSQL, whose packages are missing",
            next_step="pip install 'ai-assisted-deploy[postgres]'",
        ) from error
    plain = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    serde = ChecksumSerializer()
    try:
        async with AsyncPostgresSaver.from_conn_string(plain, serde=serde) as saver:
            await saver.setup()
            yield saver
    except PsycopgError as error:
        raise database_failed(without_password(database_url), error) from error
