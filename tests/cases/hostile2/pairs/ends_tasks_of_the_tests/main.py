"""Ends a task of the tests, of which nobody asks how it ended."""

import asyncio


class Bus:
    def __init__(self):
        self.items = asyncio.Queue()

    async def put(self, item):
        await self.items.put(item)

    async def get(self):
        return await self.items.get()

    async def size(self):
        raise KeyError("size")
