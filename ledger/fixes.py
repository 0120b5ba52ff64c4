"""Fixes that runs tried on failures that no rule names, and whether each worked.

No run's journal holds them: they outlast the run that made them, until a person forgets them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from ledger import schema
from ledger.chain import as_text
from ledger.connection import Records

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

    @classmethod
    def of(cls, run_id: str, at: str, text: str, number: int, worked: int) -> TriedFix:
        """Read the columns of the table."""
        fix = None
        with suppress(ValueError, TypeError, RecursionError):
            fix = json.loads(text)
        return cls(run_id, number, str(at), worked == 1, fix)


class Fixes(Records):
    """The record of fixes."""

    def record(self, run_id: str, number: int, fix: Mapping[str, object], *, worked: bool) -> None:
        """Record how a run's fix of a round ended; the same fix again is recorded once."""
        row = (run_id, self._database.now(), as_text(fix), number, int(worked))
        with self._database.write() as tx:
            tx.run(_RECORD, dict(zip(_COLUMNS, row, strict=True)))

    def list(self) -> list[TriedFix]:
        """Return the fixes that were recorded, the oldest first."""
        return [TriedFix.of(*row) for row in self._database.rows(_LIST)]

    def forget(self, fixes: Iterable[TriedFix]) -> None:
        """Delete fixes; what is gone already is no error."""
        with self._database.write() as tx:
            for fix in fixes:
                tx.run(_FORGET, {"run_id": fix.run_id, "round": fix.round})
