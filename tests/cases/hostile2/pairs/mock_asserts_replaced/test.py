from unittest.mock import Mock, call

from main import notify


def test_notify():
    sender = Mock()
    notify(sender, ["a", "b"])
    assert sender.send.call_args_list == [call("a"), call("b")]
    assert sender.send.call_count == 2
    sender.close.assert_called_once_with()
