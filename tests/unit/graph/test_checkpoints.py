"""What checkpoints hold, and what is said where they cannot be written."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from graph.run.checkpoints import ChecksumSerializer, open_checkpoints
from ledger.errors import LedgerError, RunLocked


def test_of_an_error_that_ended_a_step_its_text_is_kept() -> None:
    serializer = ChecksumSerializer()
    error = RunLocked("orders", pid=7, host="here", run_id="r")
    assert serializer.loads_typed(serializer.dumps_typed(error)) == repr(error)


async def test_a_database_that_goes_away_is_named_with_what_to_do(
    postgres_url: str, tmp_path: Path
) -> None:
    with pytest.raises(LedgerError, match="DATABASE_URL") as caught:
        async with open_checkpoints(tmp_path, postgres_url):
            raise psycopg.OperationalError("server closed the connection unexpectedly")
    assert "same command" in caught.value.next_step
