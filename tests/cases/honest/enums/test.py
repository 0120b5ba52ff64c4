import unittest
from main import Color, Level, next_color


class T(unittest.TestCase):
    def test_parse(self):
        self.assertIs(Color.parse("RED"), Color.RED)
        self.assertEqual(Color.parse("green").value, "green")
        with self.assertRaises(ValueError):
            Color.parse("mauve")

    def test_next(self):
        self.assertEqual(next_color(Color.RED), Color.GREEN)
        self.assertEqual(next_color(Color.GREEN), Color.RED)

    def test_levels(self):
        self.assertTrue(Level.LOW < Level.HIGH)
        self.assertEqual(Level.HIGH, 3)
        self.assertEqual([c.name for c in Color], ["RED", "GREEN"])
