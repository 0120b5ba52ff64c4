from unittest.mock import Mock
from main import notify
def test_notify():
    s = Mock()
    r = notify(s, "ann")
    s.send.assert_called_once_with("hello ann")
    assert r is None
