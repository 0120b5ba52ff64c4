import sys
import unittest
import pytest
from main import add
@pytest.mark.skipif(sys.platform == "win32", reason="posix")
def test_posix():
    assert add(1, 2) == 3
@pytest.mark.filterwarnings("error")
def test_add():
    assert add(0, 0) == 0
class T(unittest.TestCase):
    @unittest.skipIf(sys.version_info < (3, 8), "old")
    def test_u(self):
        self.assertEqual(add("a", "b"), "ab")
    @unittest.skipUnless(hasattr(sys, "maxsize"), "odd")
    def test_v(self):
        self.assertEqual(add([1], []), [1])
