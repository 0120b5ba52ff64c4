import unittest

from main import bmi, circle


class CircleTest(unittest.TestCase):
    def test_area(self):
        self.assertAlmostEqual(circle(1)["area"], 3.14159, places=4)
        self.assertAlmostEqual(circle(2)["area"], 12.5, delta=0.1)
        self.assertNotAlmostEqual(circle(2)["area"], 12.5)

    def test_around(self):
        self.assertAlmostEqual(circle(0.5)["around"], 3.1416, 3)

    def test_zero(self):
        self.assertDictEqual(circle(0), {"area": 0.0, "around": 0.0})

    def test_negative(self):
        with self.assertRaisesRegex(ValueError, "negative"):
            circle(-0.001)


class BmiTest(unittest.TestCase):
    def test_values(self):
        for kg, cm, want in ((70, 175, 22.9), (90, 180, 27.8), (50, 160, 19.5)):
            with self.subTest(kg=kg, cm=cm):
                self.assertEqual(bmi(kg, cm), want)
        self.assertGreater(bmi(100, 170), 30)
        self.assertLessEqual(bmi(60, 180), 18.5)


if __name__ == "__main__":
    unittest.main(verbosity=2)
