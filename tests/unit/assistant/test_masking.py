"""What a message may quote, and what it never does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.text.masking import masked, quoted

KEY = "c0ffee-5EcReT_0123.456789"


@given(st.text(max_size=40), st.text("abcdefghij0123456789-_.", min_size=6, max_size=40), st.text())
def test_a_known_key_is_masked_wherever_it_stands(before: str, key: str, after: str) -> None:
    assert key not in masked(f"{before} {key} {after}", secret=key)


def test_a_placeholder_is_no_key() -> None:
    assert masked("none of the models", secret="none") == "none of the models"


@pytest.mark.parametrize(
    "value",
    [
        KEY,
        f"http://{KEY}@host/v1",
        f"http://user:{KEY}@host/v1",
        "http://user:pw@host/v1".replace("pw", KEY),
        f"http://host/v1?key={KEY}",
        f"http://host/v1?{KEY}",
        f"http://host/v1#{KEY}",
        f"http://host/{KEY}/v1",
        [KEY],
        {"api_key": KEY},
    ],
)
def test_a_quoted_value_shows_no_key(value: object) -> None:
    assert KEY not in quoted(value)
    assert "5EcReT" not in quoted(value)


def test_a_short_password_in_an_address_is_not_quoted() -> None:
    assert "hunter2" not in quoted("http://me:hunter2@host:8000/v1")
    assert "hunter2" not in quoted("http://host:8000/v1?key=hunter2&x=hunter2")


@pytest.mark.parametrize("value", ["localhost:8000", "ftp://models.example.org/v1", -1, True, None])
def test_what_cannot_be_a_key_is_quoted_as_it_is(value: object) -> None:
    assert quoted(value) == repr(value)


def test_a_long_value_is_cut() -> None:
    assert quoted("a " * 100).endswith("…")
    assert len(quoted("a " * 100)) <= 60
