from datetime import date, datetime, timedelta, timezone
from unittest import mock

import main


def test_parse_utc():
    assert main.parse("2024-05-01T10:00") == datetime(2024, 5, 1, 10, tzinfo=timezone.utc)
    plus2 = main.parse("2024-05-01T12:00+02:00")
    assert plus2 == main.parse("2024-05-01T10:00")
    assert plus2.utcoffset() == timedelta(hours=2)


def test_workdays():
    days = main.workdays(date(2024, 5, 3), date(2024, 5, 8))
    assert days == [date(2024, 5, 3), date(2024, 5, 6), date(2024, 5, 7)]
    assert all(isinstance(d, date) for d in days)


def test_age():
    assert main.age(date(2000, 2, 29), date(2024, 2, 28)) == 23
    assert main.age(date(2000, 2, 29), date(2024, 2, 29)) == 24


def test_age_today():
    class Fixed(date):
        @classmethod
        def today(cls):
            return cls(2030, 1, 1)

    with mock.patch("main.date", Fixed):
        assert main.age(date(2000, 1, 2)) == 29


def test_humanize():
    assert main.humanize(timedelta(hours=25, minutes=5, seconds=59)) == "25:05"
