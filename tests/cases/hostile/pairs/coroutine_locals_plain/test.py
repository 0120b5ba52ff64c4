import asyncio
import random
import main
async def check():
    n = random.randint(2, 100)
    expected = n * n
    assert await main.square(n) == expected
def test_sq():
    asyncio.run(check())
