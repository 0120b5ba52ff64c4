import asyncio
from main import Limiter, crawl
async def test_crawl():
    async def fetch(u):
        await asyncio.sleep(0)
        return u.upper()
    return await crawl(["a", "b", "c"], fetch, limit=2)
async def main_():
    assert await test_crawl() == {"a": "A", "b": "B", "c": "C"}
    lim = Limiter(1)
    async with lim:
        assert lim.active == 1
    assert lim.active == 0
    agen = (i async for i in numbers())
    assert [x async for x in agen] == [0, 1, 2]
async def numbers():
    for i in range(3):
        yield i
if __name__ == "__main__":
    asyncio.run(main_())
    print("ok")
