import asyncio, logging
from main import parse
class G:
    async def charge(self, x): return True
def test_log(caplog):
    caplog.set_level(logging.INFO)
    asyncio.run(parse("a,2").checkout(G()))
    assert "charged 2.0" in caplog.text
