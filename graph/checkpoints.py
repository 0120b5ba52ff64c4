"""Where checkpoints live: SQLite beside the ledger, PostgreSQL where DATABASE_URL says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from graph.errors import ConfigError


@asynccontextmanager
async def open_checkpoints(
    state_dir: Path, database_url: str
) -> AsyncIterator[BaseCheckpointSaver[Any]]:
    """A checkpointer for the length of the block."""
    if database_url.startswith("postgresql"):
        async with _postgres(database_url) as saver:
            yield saver
        return
    async with AsyncSqliteSaver.from_conn_string(str(state_dir / "checkpoints.sqlite")) as saver:
        yield saver


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
    async with AsyncPostgresSaver.from_conn_string(plain) as saver:
        await saver.setup()
        yield saver
