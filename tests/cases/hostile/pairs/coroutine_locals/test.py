import random
import unittest
import main
class T(unittest.IsolatedAsyncioTestCase):
    async def test_sq(self):
        n = random.randint(2, 100)
        expected = n * n
        self.assertEqual(await main.square(n), expected)
