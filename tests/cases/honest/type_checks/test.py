import unittest
from collections import Counter, deque
import main


class T(unittest.TestCase):
    def test_pair(self):
        p = main.pair(1, "b")
        self.assertEqual(p, (1, "b"))
        self.assertEqual(p.left, 1)
        self.assertIsInstance(p, tuple)
        self.assertEqual(p._asdict(), {"left": 1, "right": "b"})

    def test_count(self):
        self.assertEqual(main.count("hello"), {"h": 1, "e": 1, "l": 2, "o": 1})
        self.assertEqual(main.count("aab").most_common(1), [("a", 2)])
        self.assertEqual(main.count("ab"), Counter("ba"))

    def test_group(self):
        self.assertEqual(main.group(["ab", "ac", "b"]), {"a": ["ab", "ac"], "b": ["b"]})
        self.assertDictEqual(dict(main.group([])), {})

    def test_last(self):
        self.assertEqual(main.last(range(5), 2), deque([3, 4]))
        self.assertEqual(list(main.last("abc", 2)), ["b", "c"])

    def test_uniq(self):
        self.assertEqual(main.uniq([3, 1, 3, 2, 1]), [3, 1, 2])

    def test_typed(self):
        self.assertIs(type(main.typed(3)), float)
        self.assertEqual(main.typed(2.5), 2.5)
        self.assertIsInstance(main.typed(1), float)
        with self.assertRaisesRegex(TypeError, "expected a number, got str"):
            main.typed("3")
