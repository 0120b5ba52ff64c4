import asyncio
from main import parse
def test_amount():
    seen = []
    class G:
        async def charge(self, x):
            seen.append(x)
            return True
    asyncio.run(parse("a,2,2").checkout(G()))
    assert seen == [4.0]
