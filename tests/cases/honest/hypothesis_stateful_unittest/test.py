import unittest
from hypothesis import given, strategies as st, assume
from main import div
class T(unittest.TestCase):
    @given(st.integers(-50, 50), st.integers(-50, 50))
    def test_div(self, a, b):
        assume(b != 0)
        q, r = div(a, b)
        self.assertEqual(q * b + r, a)
        self.assertTrue(abs(r) < abs(b))
if __name__ == "__main__":
    unittest.main()
