import asyncio
import unittest

from main import Pool


class PoolTest(unittest.IsolatedAsyncioTestCase):
    async def test_all_done(self):
        async def double(n):
            await asyncio.sleep(0)
            return 2 * n

        async with Pool(double) as pool:
            for n in range(5):
                await pool.put(n)
        self.assertEqual(sorted(pool.done), [0, 2, 4, 6, 8])

    async def test_error_is_kept(self):
        async def bad(n):
            raise KeyError(n)

        async with Pool(bad, size=1) as pool:
            await pool.put("x")
        self.assertEqual(len(pool.done), 1)
        self.assertIsInstance(pool.done[0], KeyError)
        self.assertEqual(pool.done[0].args, ("x",))

    async def test_workers_end(self):
        async def same(n):
            return n

        async with Pool(same, size=3) as pool:
            self.assertEqual(len(pool.workers), 3)
        self.assertTrue(all(w.done() for w in pool.workers))


if __name__ == "__main__":
    unittest.main()
