"""Fixes that runs tried, as the ledger keeps them."""

from __future__ import annotations

from ledger.database import Ledger, open_ledger
from ledger.fixes import TriedFix

FIX = {"kind": "unknown"}


def fix(run_id: str, number: int, at: str, *, worked: bool = True) -> TriedFix:
    return TriedFix(run_id, number, at, worked, FIX)


def test_a_fix_is_recorded_once_with_its_newest_end(ledger: Ledger) -> None:
    ledger.fixes.record("one", 1, FIX, worked=False)
    ledger.fixes.record("one", 1, FIX, worked=True)
    ledger.fixes.record("one", 2, FIX, worked=False)
    kept = [(one.round, one.worked, one.fix) for one in ledger.fixes.list()]
    assert kept == [(1, True, FIX), (2, False, FIX)]


def test_those_before_a_time_come_in_their_order(ledger: Ledger) -> None:
    fixes = [fix("b", 1, "2026-11-01"), fix("a", 1, "2026-11-02"), fix("c", 1, "2026-11-03")]
    ledger.fixes.add(reversed(fixes))
    assert ledger.fixes.list() == fixes
    assert ledger.fixes.list(before="2026-11-03") == fixes[:2]


def test_what_is_forgotten_is_gone_and_the_rest_stays(ledger: Ledger) -> None:
    fixes = [fix("a", 1, "2026-11-01"), fix("a", 2, "2026-11-02", worked=False)]
    ledger.fixes.add(fixes)
    ledger.fixes.forget([fixes[0], fix("b", 1, "2026-11-01")])
    assert ledger.fixes.list() == fixes[1:]


def test_a_damaged_text_is_no_fix_and_no_crash(ledger: Ledger) -> None:
    ledger.fixes.add([fix("a", 1, "2026-11-01")])
    with ledger.database.write() as tx:
        tx.run("UPDATE ledger_fixes SET fix = '{\"kind\": ', worked = 7")
    (read,) = ledger.fixes.list()
    assert (read.fix, read.worked) == (None, False)


def test_a_ledger_from_before_the_table_gets_it(ledger_url: str) -> None:
    with open_ledger(ledger_url) as ledger, ledger.database.write() as tx:
        tx.run("DROP TABLE ledger_fixes")
    with open_ledger(ledger_url) as ledger:
        ledger.fixes.record("a", 1, FIX, worked=True)
        assert len(ledger.fixes.list()) == 1
