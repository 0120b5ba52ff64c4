from unittest import TestCase, skip
import main


class Words(TestCase):
    def check(self, text, expected):
        self.assertDictEqual(main.words(text), expected)

    def test_counts(self):
        self.check("a b A", {"a": 2, "b": 1})
        self.check("", {})

    def test_longest(self):
        self.assertIsNone(main.longest(""))
        self.assertEqual(main.longest("a bcd ef"), "bcd")
        self.assertIsNotNone(main.longest("x"))

    def test_items(self):
        self.assertCountEqual(main.words("b a").keys(), ["a", "b"])
        self.assertCountEqual(list(main.words("b a")), ["a", "b"])
        self.assertListEqual(sorted(main.words("b a")), ["a", "b"])
        self.assertSetEqual(set(main.words("b a")), {"a", "b"})
        self.assertTupleEqual(tuple(sorted(main.words("b a"))), ("a", "b"))
        self.assertSequenceEqual(tuple(sorted(main.words("b a"))), ["a", "b"])
        self.assertLessEqual(len(main.words("b a")), 2)
        self.assertRegex(main.longest("abc"), r"^a.c$")
        self.assertNotIn("z", main.words("b a"))
