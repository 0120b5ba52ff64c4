from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger.database import Ledger
from ledger.effects import EffectKey
from ledger.errors import LedgerError
from ledger.runs import Run

NewRun = Callable[..., Run]


def test_an_effect_is_looked_for_begun_and_finished(ledger: Ledger, new_run: NewRun) -> None:
    key = EffectKey(new_run(ledger).run_id, "commit", "tree-hash")
    assert ledger.effects.find(key) is None

    begun = ledger.effects.begin(key, "commit", {"parent": "00", "date": "2026-11-21"})
    assert ledger.effects.find(key) == begun
    assert begun.result is None

    ledger.effects.finish(key, {"commit": "ff"})
    made = ledger.effects.find(key)
    assert made is not None
    assert (made.kind, made.details, made.result) == ("commit", begun.details, {"commit": "ff"})


def test_a_repeat_gets_the_details_of_the_first_time(ledger: Ledger, new_run: NewRun) -> None:
    key = EffectKey(new_run(ledger).run_id, "commit", "tree-hash")
    first = ledger.effects.begin(key, "commit", {"date": "monday"})

    assert ledger.effects.begin(key, "commit", {"date": "tuesday"}) == first


def test_the_same_result_is_recorded_once_and_another_replaces_it(
    ledger: Ledger, new_run: NewRun
) -> None:
    key = EffectKey(new_run(ledger).run_id, "deploy", "image")
    ledger.effects.begin(key, "container", {})
    ledger.effects.finish(key, {"id": 1})
    first = ledger.effects.find(key)

    ledger.effects.finish(key, {"id": 1})
    assert ledger.effects.find(key) == first
    ledger.effects.finish(key, {"id": 2})

    found = ledger.effects.find(key)
    assert found is not None
    assert found.result == {"id": 2}
    ledger.require_whole(key.run_id)


def test_what_was_never_begun_cannot_be_finished(ledger: Ledger, new_run: NewRun) -> None:
    key = EffectKey(new_run(ledger).run_id, "push", "ff")

    with pytest.raises(LedgerError, match="never begun"):
        ledger.effects.finish(key, {})
    with pytest.raises(LedgerError, match="no run nobody"):
        ledger.effects.begin(EffectKey("nobody", "push", "ff"), "push", {})


def test_keys_differ_in_every_part() -> None:
    digests = {
        EffectKey(*parts).digest
        for parts in [
            ("r", "n", "i", 1),
            ("r2", "n", "i", 1),
            ("r", "n2", "i", 1),
            ("r", "n", "i2", 1),
            ("r", "n", "i", 2),
            ("r n", "", "i", 1),
        ]
    }

    assert len(digests) == 6
