import unittest
from main import strip_accents, emoji, rev, enc


class ÜnïcodeTest(unittest.TestCase):
    def test_accents(self):
        self.assertEqual(strip_accents("Crème Brûlée — ñandú"), "Creme Brulee — nandu")

    def test_emoji(self):
        self.assertEqual(emoji(3), "🎉🎉🎉")
        self.assertEqual(len(emoji(2)), 2)

    def test_rev(self):
        self.assertEqual(rev("日本語"), "語本日")
        self.assertEqual(rev(""), "")

    def test_bytes(self):
        self.assertEqual(enc("ß"), b"\xc3\x9f")
        self.assertEqual(enc("\u20ac").hex(), "e282ac")
