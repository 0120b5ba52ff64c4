import unittest, math
from main import area


class T(unittest.TestCase):
    def test_a(self):
        self.assertAlmostEqual(area(1), 3.14159, places=4)
        assert abs(area(2) - 12.56637) < 1e-4
        assert math.isclose(area(3), 28.27433, rel_tol=1e-5)
        assert round(area(1), 2) == 3.14
