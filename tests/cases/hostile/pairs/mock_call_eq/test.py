import unittest
from unittest.mock import Mock, call
import main
class T(unittest.TestCase):
    def test_calls(self):
        m = Mock()
        main.notify(m, ["a", "b"])
        self.assertEqual(m.send.call_args_list, [call("a"), call("b")])
        self.assertEqual(m.send.call_args, call("b"))
