import unittest

from main import Grade, compose, half, show


class ShowTest(unittest.TestCase):
    def test_kinds(self):
        self.assertEqual(show(3), "int:3")
        self.assertEqual(show("x"), "x")
        self.assertEqual(show([1, "a", [2]]), "[int:1 a [int:2]]")
        self.assertEqual(show(2.5), "<float>")
        self.assertEqual(show(True), "int:True")


class FunctionsTest(unittest.TestCase):
    def test_compose(self):
        self.assertEqual(compose(str.strip, len, lambda n: n + 1)("  abc "), 4)
        self.assertIs(compose()(self), self)

    def test_partial(self):
        self.assertEqual(half(3.14159), 3.1)
        self.assertEqual(half.keywords, {"ndigits": 1})

    def test_grade(self):
        a, b = Grade("A"), Grade("B")
        self.assertGreater(a, b)
        self.assertLessEqual(b, a)
        self.assertEqual(sorted([a, b]), [b, a])
        self.assertNotEqual(a, "A")
        with self.assertRaises(TypeError):
            a < 3


if __name__ == "__main__":
    unittest.main()
