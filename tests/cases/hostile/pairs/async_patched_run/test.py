import unittest
from main import fetch


class T(unittest.IsolatedAsyncioTestCase):
    async def test_a(self):
        self.assertEqual(await fetch(2), 4)

    async def test_b(self):
        for n in range(3, 3 + len("ab")):
            self.assertEqual(await fetch(n), n * 2)
