import unittest

import main


class GreetTest(unittest.TestCase):
    def test_greet(self):
        self.assertEqual(main.greet("Ann"), "Hello, Ann!")
        self.assertIn("Bob", main.greet("Bob"))
        self.assertTrue(main.greet("x").startswith("Hello"))

    def test_many(self):
        self.assertEqual(main.greet_all(["a", "b"]), ["Hello, a!", "Hello, b!"])
        self.assertEqual(main.table(["a"]), {"a": "Hello, a!"})


if __name__ == "__main__":
    unittest.main()
