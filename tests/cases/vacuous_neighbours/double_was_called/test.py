from unittest.mock import Mock
from main import Cart
def test_cb():
    cb = Mock()
    Cart(cb).add("a", 1)
    cb.assert_called_once()
