from datetime import datetime, timedelta
from main import parse, next_run

SECOND = timedelta(seconds=1)


def test_parse():
    assert abs(parse("2024-03-05 10:20") - datetime(2024, 3, 5, 10, 20)) < SECOND


def test_parse_midnight():
    assert abs(parse("2023-12-31 00:00") - datetime(2023, 12, 31)) < SECOND


def test_next_run():
    assert abs(next_run(datetime(2024, 1, 1, 9), hours=5) - datetime(2024, 1, 1, 14)) < SECOND


def test_next_run_over_midnight():
    assert abs(next_run(datetime(2024, 1, 1, 22), hours=5) - datetime(2024, 1, 2, 3)) < SECOND
