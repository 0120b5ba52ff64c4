"""Classification of what no server has to be asked for; the rest is in the contract test."""

from __future__ import annotations

import pytest

from assistant.calls.classify import classify
from ledger.text.masking import masked

CANARY = "sk-canary-0123456789abcdef"


@pytest.mark.parametrize(
    "text",
    [
        f"Incorrect API key provided: {CANARY}",
        "header Authorization: Bearer abcdef0123456789abcdef",
        "https://host/v1beta/models?key=AIzaSyA0123456789abcdef0123456789abcdef",
        "x-api-key: 0123456789abcdef",
    ],
)
def test_what_looks_like_a_key_is_masked(text: str) -> None:
    assert "0123456789abcdef" not in masked(text)


def test_an_unknown_exception_of_a_client_is_garbage_and_keeps_its_words() -> None:
    finding = classify(IndexError("list index out of range"))
    assert (finding.kind, finding.detail) == ("garbage", "list index out of range")


def test_a_cause_that_leads_back_to_itself_ends() -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    assert classify(first).kind == "garbage"
