import asyncio
import unittest
from unittest import mock
import main
class T(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.bus = main.Bus()
        self.addAsyncCleanup(self.bus.close)
    async def asyncTearDown(self):
        self.assertFalse(self.bus.closed)
    async def test_publish(self):
        got = []
        async def handler(x):
            await asyncio.sleep(0)
            got.append(x)
        self.bus.subscribe("a", handler)
        await self.bus.publish("a", 5)
        self.assertEqual(got, [5])
    async def test_mock(self):
        h = mock.AsyncMock(return_value=3)
        self.bus.subscribe("b", h)
        self.assertEqual(await self.bus.publish("b", 1), [3])
        h.assert_awaited_once_with(1)
    async def test_timeout(self):
        async def slow(x):
            await asyncio.Event().wait()
        self.bus.subscribe("c", slow)
        with self.assertRaises(asyncio.TimeoutError):
            await asyncio.wait_for(self.bus.publish("c", 1), 0.01)
if __name__ == "__main__":
    unittest.main()
