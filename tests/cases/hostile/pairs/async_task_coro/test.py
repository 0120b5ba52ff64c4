import asyncio
import pytest
from main import square


async def test_many():
    for n in range(2, 5 + len("ab")):
        expected = n * n
        assert await square(n) == expected
