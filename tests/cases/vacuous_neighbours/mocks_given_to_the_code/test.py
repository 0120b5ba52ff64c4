from unittest.mock import ANY, MagicMock

from main import notify


def test_notify():
    sender = MagicMock()
    assert notify(sender, ["a", "b"]) == 2
    sender.send.assert_called_with("b")
    sender.send.assert_any_call(ANY)
    assert sender.send.called


def test_none():
    sender = MagicMock()
    notify(sender, [])
    sender.send.assert_not_called()
