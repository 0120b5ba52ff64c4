from datetime import date, datetime, timedelta, timezone
import pytest
from main import business_days, age, to_utc, parse


@pytest.mark.parametrize(
    "start,n,expected",
    [
        (date(2024, 1, 5), 1, date(2024, 1, 8)),
        (date(2024, 1, 1), 5, date(2024, 1, 8)),
        pytest.param(date(2024, 1, 6), 1, date(2024, 1, 8), id="weekend"),
    ],
)
def test_days(start, n, expected):
    assert business_days(start, n) == expected


def test_age():
    assert age(date(2000, 6, 15), date(2024, 6, 14)) == 23
    assert age(date(2000, 6, 15), date(2024, 6, 15)) == 24


def test_utc():
    assert to_utc(0) == datetime(1970, 1, 1, tzinfo=timezone.utc)
    assert to_utc(86400) - to_utc(0) == timedelta(days=1)
    assert parse("2024-02-29") == datetime(2024, 2, 29)
    with pytest.raises(ValueError):
        parse("nope")
