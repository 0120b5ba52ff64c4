import unittest

from main import unique_words


class WordsTest(unittest.TestCase):
    def test_words(self):
        self.assertSetEqual(unique_words("a b a c"), {"a", "b", "c"})

    def test_case(self):
        self.assertSetEqual(unique_words("Go go GO"), {"go"})


if __name__ == "__main__":
    unittest.main()
