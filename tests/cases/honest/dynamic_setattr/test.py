import unittest
from main import roman
CASES = {"one": (1, "I"), "four": (4, "IV"), "year": (1994, "MCMXCIV")}
class TestRoman(unittest.TestCase):
    pass
def make(n, want):
    def test(self):
        self.assertEqual(roman(n), want)
    return test
for name, (n, want) in CASES.items():
    setattr(TestRoman, f"test_{name}", make(n, want))
if __name__ == "__main__":
    unittest.main()
