import asyncio
from unittest import mock
from unittest.mock import AsyncMock

import main
from main import Order


def test_properties(monkeypatch):
    seen = []
    monkeypatch.setattr(Order, "rate", property(lambda self: 50))
    monkeypatch.setattr(Order, "size", property(lambda self: len(seen), lambda self, one: seen.append(one)))
    order = Order()
    order.size = 5
    assert (seen, order.size, order.total()) == ([5], 1, 50)
    monkeypatch.undo()
    assert Order().total() == 2


def test_methods_of_classes(monkeypatch):
    monkeypatch.setattr(Order, "create", classmethod(lambda cls: cls.__name__))
    monkeypatch.setattr(Order, "clean", staticmethod(lambda text: text * 2))
    assert Order().copied("a ") == ("Order", "a a ")
    monkeypatch.undo()
    assert Order().copied("a ")[1] == "a"


def test_threads():
    with mock.patch("threading.Timer") as timer:
        assert main.later(60, print) is timer.return_value
    timer.assert_called_once_with(60, print)
    timer.return_value.start.assert_called_once_with()
    with mock.patch("threading.Thread.start") as start:
        assert not main.started(print).is_alive()
    start.assert_called_once_with()


def test_logger():
    with mock.patch("logging.getLogger") as named:
        assert main.logger("a") is named.return_value
    named.assert_called_once_with("shop.a")


def test_warning():
    with mock.patch("warnings.warn") as warn:
        main.warned("low")
    warn.assert_called_once_with("low", stacklevel=2)


def test_sleep():
    function = AsyncMock(side_effect=[OSError, OSError, "done"])
    with mock.patch("asyncio.sleep", new_callable=AsyncMock) as sleep:
        assert asyncio.run(main.tried(function)) == "done"
    assert sleep.await_args_list == [mock.call(1), mock.call(2)]
