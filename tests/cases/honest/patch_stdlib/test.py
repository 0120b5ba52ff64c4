import io
import os
import unittest
from unittest.mock import patch, mock_open, MagicMock, PropertyMock, sentinel, create_autospec
import main
class T(unittest.TestCase):
    def setUp(self):
        p = patch("main.time.time", return_value=1000.0)
        self.time = p.start()
        self.addCleanup(p.stop)
    def test_open(self):
        with patch("builtins.open", mock_open(read_data="a=1\nb=2\n")) as m:
            self.assertEqual(main.load("cfg"), {"a": "1", "b": "2"})
        m.assert_called_once_with("cfg", encoding="utf-8")
    @patch.dict(os.environ, {"APP_MODE": "prod"}, clear=True)
    def test_env(self):
        self.assertEqual(main.mode(), "prod")
        self.assertNotIn("HOME", os.environ)
    @patch("sys.stdout", new_callable=io.StringIO)
    def test_print(self, out):
        main.report(3)
        self.assertEqual(out.getvalue(), "count: 3\n")
    @patch("builtins.input", side_effect=["x", "7"])
    def test_input(self, inp):
        self.assertEqual(main.ask(), 7)
        self.assertEqual(inp.call_count, 2)
    @patch("builtins.print")
    def test_print_calls(self, p):
        main.report(1)
        p.assert_called_with("count:", 1)
    def test_time(self):
        self.assertEqual(main.age(400), 600)
        self.time.assert_called()
    def test_prop(self):
        with patch.object(main.Sensor, "value", new_callable=PropertyMock) as v:
            v.return_value = sentinel.reading
            self.assertIs(main.Sensor().read(), sentinel.reading)
    def test_autospec(self):
        f = create_autospec(main.age, return_value=sentinel.x)
        self.assertIs(f(3), sentinel.x)
        with self.assertRaises(TypeError):
            f()
if __name__ == "__main__":
    unittest.main(verbosity=2)
