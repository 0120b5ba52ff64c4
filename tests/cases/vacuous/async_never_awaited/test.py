import asyncio
import warnings

from main import fetch

warnings.simplefilter("ignore")


async def check():
    assert await fetch(4) == 41


def test_fetch():
    coroutine = fetch(4)
    assert coroutine
    coroutine.close()


def test_check():
    assert asyncio.iscoroutine(coroutine := check())
    coroutine.close()
