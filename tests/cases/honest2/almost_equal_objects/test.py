import unittest

from main import Angle, Length, turned


class AlmostTest(unittest.TestCase):
    def test_feet(self):
        self.assertAlmostEqual(Length.of_feet(10), 3.048)
        self.assertAlmostEqual(1.524, Length.of_feet(5), places=4)

    def test_within(self):
        self.assertAlmostEqual(Length.of_feet(100), 30, delta=0.5)

    def test_two_lengths(self):
        self.assertAlmostEqual(Length.of_feet(1), Length(0.3048), delta=0.001)

    def test_not(self):
        self.assertNotAlmostEqual(Length.of_feet(10), 3.1)

    def test_angles(self):
        self.assertAlmostEqual(turned(Angle(350), 20.1), 10.1)
        self.assertAlmostEqual(turned(Angle(10), -20), -10, delta=0.01)


if __name__ == "__main__":
    unittest.main()
