from datetime import datetime, timedelta
import main

def test_duration():
    assert main.parse_duration("1h30m") == timedelta(minutes=90)

def test_seconds():
    assert main.parse_duration("45s") == timedelta(seconds=45)

def test_round_up():
    assert main.round_up(datetime(2024, 5, 1, 10, 7), 15) == datetime(2024, 5, 1, 10, 15)
