from unittest.mock import MagicMock

from main import notify


def test_notify():
    sender = MagicMock()
    notify(sender, ["a"])
    sender.send.called_once_with("something else")
    sender.send.was_called_with("b")


def test_none():
    sender = MagicMock()
    notify(sender, [])
    assert sender.send.not_called
    assert sender.send.has_calls(["x"])
