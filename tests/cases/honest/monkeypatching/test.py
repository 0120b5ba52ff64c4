import time
import random
import main


def test_env(monkeypatch):
    monkeypatch.setenv("APP_HOME", "/x")
    assert main.home() == "/x"
    monkeypatch.delenv("APP_HOME")
    assert main.home() == "/default"


def test_time(monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1234.5)
    assert main.stamp() == "at 1234"


def test_roll(monkeypatch):
    monkeypatch.setattr(random, "randint", lambda a, b: 4)
    assert main.roll() == 4


def test_input(monkeypatch):
    monkeypatch.setattr("builtins.input", lambda prompt="": " ann lee ")
    assert main.ask() == "Ann Lee"


def test_constant(monkeypatch):
    monkeypatch.setattr(main, "TIMEOUT", 5)
    assert main.timeout() == 10


def test_sleep(monkeypatch):
    calls = []
    monkeypatch.setattr("main.time.sleep", calls.append)
    assert main.slow() == "done"
    assert calls == [60]
