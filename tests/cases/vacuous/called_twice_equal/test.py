import unittest

from main import slug


class SlugTest(unittest.TestCase):
    def test_slug(self):
        self.assertEqual(slug("Hello World"), slug("Hello World"))

    def test_idempotent(self):
        self.assertEqual(slug("x y"), slug("x y"))


if __name__ == "__main__":
    unittest.main()
