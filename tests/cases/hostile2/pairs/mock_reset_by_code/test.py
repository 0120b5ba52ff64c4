from unittest.mock import MagicMock

from main import notify


def test_nobody_is_told():
    sender = MagicMock()
    notify(sender, [])
    sender.send.assert_not_called()
    assert sender.mock_calls == []
