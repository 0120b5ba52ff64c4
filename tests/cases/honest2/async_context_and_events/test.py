import asyncio
import unittest

from main import Session, debounce, race, transaction


class AsyncTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.log = []

    async def test_commit(self):
        async with Session(self.log) as s, transaction(s):
            self.assertEqual(await s.query("select"), "SELECT")
        self.assertEqual(self.log, ["open", "begin", "commit", "close ok"])

    async def test_rollback(self):
        with self.assertRaises(RuntimeError):
            async with Session(self.log) as s:
                async with transaction(s):
                    await s.query("bad")
        self.assertEqual(self.log, ["open", "begin", "rollback", "close RuntimeError"])

    async def test_debounce(self):
        events, seen = asyncio.Queue(), []
        for n in (1, 2, 3):
            events.put_nowait(n)
        self.assertEqual(await debounce(events, 0.02, seen.append), 3)
        self.assertEqual(seen, [3])

    async def test_race(self):
        async def after(delay, value):
            await asyncio.sleep(delay)
            return value

        self.assertEqual(await race(after(5, "slow"), after(0, "fast"), after(9, "x")), ("fast", 2))

    async def test_cancel(self):
        task = asyncio.create_task(debounce(asyncio.Queue(), 1, print))
        await asyncio.sleep(0)
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await task


if __name__ == "__main__":
    unittest.main()
