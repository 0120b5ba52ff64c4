"""Fixes that runs tried, as the ledger keeps them."""

from __future__ import annotations

from ledger.database import Ledger, open_ledger

FIX = {"kind": "unknown"}


def test_a_fix_is_recorded_once_with_its_newest_end(ledger: Ledger) -> None:
    ledger.fixes.record("one", 1, FIX, worked=False)
    ledger.fixes.record("one", 1, FIX, worked=True)
    ledger.fixes.record("one", 2, FIX, worked=False)
    kept = [(one.round, one.worked, one.fix) for one in ledger.fixes.list()]
    assert kept == [(1, True, FIX), (2, False, FIX)]


def test_what_is_forgotten_is_gone_and_the_rest_stays(ledger: Ledger) -> None:
    ledger.fixes.record("a", 1, FIX, worked=True)
    ledger.fixes.record("a", 2, FIX, worked=False)
    first, second = ledger.fixes.list()
    ledger.fixes.forget([first])
    ledger.fixes.forget([first])
    assert ledger.fixes.list() == [second]


def test_a_damaged_text_is_no_fix_and_no_crash(ledger: Ledger) -> None:
    ledger.fixes.record("a", 1, FIX, worked=True)
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
