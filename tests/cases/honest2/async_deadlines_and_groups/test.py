import asyncio

import pytest

from main import Scope, deadline, divide, merged

pytestmark = pytest.mark.asyncio


async def test_in_time():
    async with deadline(5):
        await asyncio.sleep(0)
    async with deadline(5):
        assert await divide(6, 3) == 2


async def test_late_here():
    with pytest.raises(TimeoutError, match="^nap took longer than 0.01 s$"):
        async with deadline(0.01, "nap"):
            await asyncio.sleep(30)
    await asyncio.sleep(0)


async def test_late_there():
    with pytest.raises(TimeoutError, match="it took longer"):
        async with deadline(0.01):
            await divide(1, 1, after=30)


async def test_nested():
    async with deadline(5):
        with pytest.raises(TimeoutError):
            async with deadline(0.01):
                await asyncio.Event().wait()
        await asyncio.sleep(0)


async def test_scope():
    async with Scope() as scope:
        a, b = scope.start(divide(4, 2)), scope.start(divide(9, 3))
    assert (a.result(), b.result()) == (2, 3)


async def test_failed_job_ends_the_block():
    reached = False
    with pytest.raises(ArithmeticError, match="^a job divided") as caught:
        async with Scope() as scope:
            scope.start(divide(1, 0, after=0.01))
            await asyncio.sleep(30)
            reached = True
    assert not reached
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


async def test_merged():
    async def numbers(*values):
        for value in values:
            await asyncio.sleep(0)
            yield value

    assert sorted([x async for x in merged(numbers(1, 2), numbers(3), numbers())]) == [1, 2, 3]


async def test_merged_fails():
    async def bad():
        yield 1
        raise LookupError("bad")

    seen = []
    with pytest.raises(ExceptionGroup) as caught:
        async for value in merged(bad()):
            seen.append(value)
    assert seen == [1]
    assert [type(one) for one in caught.value.exceptions] == [LookupError]
