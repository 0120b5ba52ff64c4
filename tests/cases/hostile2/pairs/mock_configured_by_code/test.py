from unittest.mock import Mock
from main import notify
def test_notify():
    s = Mock()
    assert notify(s, "ann") is True
    s.send.assert_called_once_with("hello ann")
    assert s.send.call_count == 1
