from unittest.mock import patch
import main
EXPECTED = 9
def test_patch():
    with patch(main.TARGET, 0):
        assert main.load("x") == EXPECTED
