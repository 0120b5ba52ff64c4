"""What exceptions of the code's kept from being asserted: taken back where it raises them."""

from __future__ import annotations

import pytest

from provisioner.judge.inside.evidence import unseen
from provisioner.judge.inside.evidence.assertions import COUNTER


def test_a_chain_that_leads_back_into_itself_is_taken_back_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, other = ValueError("one"), KeyError("other")
    one.__cause__, other.__cause__ = other, one
    monkeypatch.setattr(COUNTER, "failed", {("ended", 3): 3, ("ended", 9): 9})
    monkeypatch.setattr(COUNTER, "passed", {id(other): [("ended", 3)], 0: [("ended", 9)]})
    unseen.take_back(one)
    assert COUNTER.failed == {("ended", 9): 9}
