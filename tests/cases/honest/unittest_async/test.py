import asyncio
import unittest

from main import Queue, gather, count


class QueueTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.queue = Queue()

    async def test_put_get(self):
        await self.queue.put(3)
        self.assertEqual(await self.queue.get(), 3)

    async def test_timeout(self):
        with self.assertRaises(TimeoutError):
            await self.queue.get(timeout=0.01)

    async def test_context(self):
        async with Queue() as queue:
            await queue.put("x")
        self.assertTrue(queue.closed)

    async def test_gather(self):
        self.assertEqual(await gather(1, 2, 3), [1, 4, 9])

    async def test_generator(self):
        self.assertEqual([i async for i in count(3)], [0, 1, 2])

    def test_sync(self):
        self.assertEqual(asyncio.run(gather(2)), [4])


if __name__ == "__main__":
    unittest.main(verbosity=2)
