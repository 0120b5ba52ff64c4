import asyncio

from main import double

CASES = [(1, 2), (5, 10), (0, 0), (-3, -6)]


async def check(given, expected):
    assert await double(given) == expected


async def run_all():
    async with asyncio.TaskGroup() as group:
        for given, expected in CASES:
            group.create_task(check(given, expected))


def test_double():
    asyncio.run(run_all())
