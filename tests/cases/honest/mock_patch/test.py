import unittest
from unittest.mock import MagicMock, Mock, patch, call, ANY
import main


class T(unittest.TestCase):
    @patch("main.get")
    def test_temperature(self, get):
        get.return_value = {"temp": 21}
        self.assertEqual(main.temperature("Oslo"), 21)
        get.assert_called_once_with("http://weather/Oslo")

    def test_context(self):
        with patch.object(main.request, "urlopen") as urlopen:
            urlopen.return_value.__enter__.return_value.read.return_value = b'{"a": 1}'
            self.assertEqual(main.get("x"), {"a": 1})
            self.assertEqual(urlopen.call_count, 1)

    def test_mailer(self):
        client = Mock()
        self.assertTrue(main.Mailer(client).welcome("ann"))
        client.send.assert_called_once_with(to="ann", subject="Welcome")
        self.assertEqual(client.send.call_args, call(to="ann", subject=ANY))
        self.assertEqual(client.mock_calls, [call.send(to="ann", subject="Welcome")])

    @patch("main.get", side_effect=KeyError("temp"))
    def test_error(self, get):
        with self.assertRaises(KeyError):
            main.temperature("x")
        get.assert_called()


if __name__ == "__main__":
    unittest.main()
