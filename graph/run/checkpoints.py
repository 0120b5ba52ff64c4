"""Where checkpoints live: SQLite beside the ledger, PostgreSQL where DATABASE_URL says so."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import aiosqlite
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from graph.errors import ConfigError
from graph.run.checksums import SealedSerializer
from ledger.errors import LedgerError


@asynccontextmanager
async def open_checkpoints(
    state_dir: Path, database_url: str
) -> AsyncIterator[BaseCheckpointSaver[Any]]:
    """A checkpointer for the length of the block.

    Raises:
        LedgerError: the checkpoints cannot be read or written, now or within the block.
    """
    if database_url.startswith("postgresql"):
        async with _postgres(database_url) as saver:
            yield saver
        return
    file = state_dir / "checkpoints.sqlite"
    if not _is_sound(file):
        _set_aside(file)
    try:
        async with aiosqlite.connect(file) as connection:
            yield AsyncSqliteSaver(connection, serde=SealedSerializer())
    except sqlite3.Error as error:
        raise LedgerError(
            f"{file} cannot be written ({error}): free some space and let this user write the "
            "file and its folder, then run the same command again"
        ) from error


def _is_sound(file: Path) -> bool:
    """Whether the file is a whole database; one that is missing or empty is made anew."""
    if not file.is_file() or not file.stat().st_size:
        return True
    try:
        with closing(sqlite3.connect(file)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError:
        return False
    return bool(found) and found[0] == "ok"


def _set_aside(file: Path) -> None:
    """Keep a damaged file for a look at it; the run begins again, and its journal answers."""
    for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
        damaged = file.with_name(name)
        if damaged.exists():
            damaged.replace(damaged.with_name(f"{name}.damaged"))


@asynccontextmanager
async def _postgres(database_url: str) -> AsyncIterator[BaseCheckpointSaver[Any]]:
    try:
        from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
    except ImportError as error:
        raise ConfigError(
            "$DATABASE_URL",
            "names PostgreSQL, whose packages are missing; "
            "run: pip install 'ai-assisted-deploy[postgres]'",
        ) from error
    plain = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    async with AsyncPostgresSaver.from_conn_string(plain, serde=SealedSerializer()) as saver:
        await saver.setup()
        yield saver
