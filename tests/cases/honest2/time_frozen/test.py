from datetime import datetime
from unittest import mock

import main


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_cache_expires():
    clock = Clock()
    cache = main.Cache(5, clock)
    cache.put("a", 1)
    clock.now = 4.9
    assert cache.get("a") == 1
    clock.now = 5.0
    assert cache.get("a", "gone") == "gone"
    assert cache.data == {}


def test_stamp():
    with mock.patch("main.datetime") as fake:
        fake.now.return_value = datetime(2020, 1, 2)
        assert main.stamp() == "2020-01-02"
    fake.now.assert_called_once_with()


def test_wait(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(main.time, "time", lambda: now[0])
    monkeypatch.setattr(main.time, "sleep", lambda s: now.__setitem__(0, now[0] + s))
    assert main.wait_until(lambda: now[0] >= 103) is True
    assert now[0] == 103
    assert main.wait_until(lambda: False, timeout=4) is False
    assert now[0] == 107


def test_deadline():
    with mock.patch.object(main, "datetime", wraps=datetime) as fake:
        fake.now.return_value = datetime(2024, 2, 28)
        assert main.deadline(2) == datetime(2024, 3, 1)
