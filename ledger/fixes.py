"""Fixes that runs tried on failures that no rule names, and whether each worked.

No run's journal holds them: they outlast the run that made them, until a person forgets them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger import schema
from ledger.chain import as_text
from ledger.connection import Database, Row

_RECORD = schema.upsert("ledger_fixes")
_COLUMNS = schema.columns("ledger_fixes")
_LIST = f"SELECT {', '.join(_COLUMNS)} FROM ledger_fixes ORDER BY at, run_id, round"
_FORGET = "DELETE FROM ledger_fixes WHERE run_id = :run_id AND round = :round"


@dataclass(frozen=True, slots=True)
class TriedFix:
    """A fix as it was recorded.

    Attributes:
        round: of the run's recoveries, from 1.
        at: when its end was known, UTC in ISO 8601.
        fix: a JSON value in the shape of the version that wrote it; None where it is damaged.
    """

    run_id: str
    round: int
    at: str
    worked: bool
    fix: object


class Fixes:
    """The record of fixes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, run_id: str, number: int, fix: Mapping[str, object], *, worked: bool) -> None:
        """Record how a run's fix of a round ended; the same fix again is recorded once."""
        row = (run_id, number, self._database.now(), int(worked), as_text(fix))
        with self._database.write() as tx:
            tx.run(_RECORD, dict(zip(_COLUMNS, row, strict=True)))

    def list(self) -> list[TriedFix]:
        """Return the fixes that were recorded, the oldest first."""
        return [_read(row) for row in self._database.rows(_LIST)]

    def forget(self, fixes: Iterable[TriedFix]) -> None:
        """Delete fixes; what is gone already is no error."""
        with self._database.write() as tx:
            for fix in fixes:
                tx.run(_FORGET, {"run_id": fix.run_id, "round": fix.round})


def _read(row: Row) -> TriedFix:
    run_id, number, at, worked, text = row
    try:
        fix = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        fix = None
    return TriedFix(run_id, number, str(at), worked == 1, fix)
