import asyncio

import main


def test_fetch():
    assert asyncio.run(main.fetch(4)) == 40


def test_all():
    async def go():
        return await asyncio.gather(main.fetch(1), main.fetch(2))

    assert asyncio.run(go()) == [10, 20]
