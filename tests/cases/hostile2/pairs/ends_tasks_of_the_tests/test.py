import asyncio

from main import Bus


def test_delivers():
    async def run():
        bus, seen = Bus(), []

        async def consume():
            seen.append(await bus.get())
            assert await bus.size() == 0
            assert await bus.get() == "second"

        task = asyncio.create_task(consume())
        await bus.put("first")
        await asyncio.sleep(0.01)
        await bus.put("second")
        await asyncio.wait([task])
        assert seen == ["first"]

    asyncio.run(run())
