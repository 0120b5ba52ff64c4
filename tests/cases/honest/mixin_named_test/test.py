import unittest
from main import encode
class TestCommon:
    sep = None
    def test_join(self):
        self.assertEqual(encode(["a", "b"], self.sep), f"a{self.sep}b")
    def test_one(self):
        self.assertEqual(encode(["a"], self.sep), "a")
class CommaTest(TestCommon, unittest.TestCase):
    sep = ","
class TabTest(TestCommon, unittest.TestCase):
    sep = "\t"
if __name__ == "__main__":
    unittest.main()
