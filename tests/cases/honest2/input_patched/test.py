import builtins
import unittest
from unittest.mock import call, patch

import main


class PlayTest(unittest.TestCase):
    @patch("builtins.print")
    @patch("builtins.input", side_effect=["3", "9", "7"])
    def test_win(self, fake_input, fake_print):
        self.assertEqual(main.play(), 3)
        fake_print.assert_has_calls([call("higher"), call("lower"), call("right")])
        self.assertEqual(fake_input.call_args_list[1], call("Guess 2: "))

    def test_lose(self):
        with patch.object(builtins, "input", return_value="1") as asked:
            self.assertEqual(main.play(limit=2), 0)
        self.assertEqual(asked.call_count, 2)

    def test_patched_secret(self):
        with patch("main.SECRET", 1), patch("builtins.input", lambda _: "1"):
            self.assertEqual(main.play(), 1)


if __name__ == "__main__":
    unittest.main()
