import asyncio
from concurrent.futures import ThreadPoolExecutor

from main import Store


def test_pool():
    store = Store()

    def work(n):
        store.put(n, n * n)
        assert store.get(n) == n * n

    with ThreadPoolExecutor(2) as pool:
        for n in range(4):
            pool.submit(work, n)
    assert store.count == 4


def test_tasks_that_may_be_cancelled():
    async def run():
        store = Store()

        async def work(n):
            store.put(n, n * n)
            assert await store.find(n) == n * n

        await asyncio.gather(*(work(n) for n in range(4)), return_exceptions=True)
        assert store.count == 4

    asyncio.run(run())
