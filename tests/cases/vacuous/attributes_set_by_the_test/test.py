import unittest

from main import Config


class ConfigTest(unittest.TestCase):
    def test_debug(self):
        config = Config()
        config.debug = True
        self.assertTrue(config.debug)

    def test_level(self):
        config = Config()
        config.level = 9
        self.assertEqual(config.level, 9)


if __name__ == "__main__":
    unittest.main()
