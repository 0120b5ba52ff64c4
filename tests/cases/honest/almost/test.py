import unittest
import main


class ConversionTests(unittest.TestCase):
    def test_known(self):
        cases = {32: 0, 212: 100, -40: -40}
        for f, c in cases.items():
            with self.subTest(f=f):
                self.assertAlmostEqual(main.celsius(f), c, places=5)
                self.assertAlmostEqual(main.fahrenheit(c), f, delta=1e-6)

    def test_round_trip(self):
        for c in range(-50, 50, 7):
            self.assertAlmostEqual(main.celsius(main.fahrenheit(c)), c)

    def test_body(self):
        self.assertAlmostEqual(main.celsius(98.6), 37.0, 2)
