import unittest
import main

class Titles(unittest.TestCase):
    def test_small_words(self):
        self.assertEqual(main.headline("war and peace"), "War and Peace")

    def test_first_word(self):
        self.assertEqual(main.headline("the trial"), "The Trial")

    def test_acronyms(self):
        self.assertEqual(main.headline("a history of NATO"), "A History of NATO")
