import asyncio

import pytest

from main import AsyncLazy, Debouncer, JobFailed, TaskManager, producer_consumer, race_to_future, sync_entry

pytestmark = pytest.mark.asyncio


async def value_after(value, delay=0.0):
    await asyncio.sleep(delay)
    return value


async def test_results():
    async with TaskManager() as manager:
        task = manager.spawn("a", value_after(1))
        manager.spawn("b", value_after([2], 0.01))
        assert manager.running == ["a", "b"]
        assert task.get_name() == "a"
        assert await task == 1
    assert manager.results == {"a": 1, "b": [2]}
    assert manager.running == []


async def test_failure_is_kept(caplog):
    class Oops(Exception):
        pass

    error = Oops("bad")

    async def fail():
        raise error

    async with TaskManager() as manager:
        manager.spawn("f", fail())
    failed = manager.results["f"]
    assert isinstance(failed, JobFailed)
    assert failed.error is error
    assert str(failed) == "f: bad"
    assert "task f failed" in caplog.text


async def test_duplicate():
    async with TaskManager() as manager:
        manager.spawn("x", value_after(1))
        with pytest.raises(ValueError, match="'x' already exists"):
            manager.spawn("x", value_after(2))


async def test_cancelled_on_error():
    started = asyncio.Event()

    async def forever():
        started.set()
        await asyncio.Event().wait()

    manager = TaskManager()
    with pytest.raises(RuntimeError):
        async with manager:
            manager.spawn("loop", forever())
            await started.wait()
            raise RuntimeError("stop")
    assert manager.results == {"loop": "cancelled"}


async def test_cancel_one():
    async with TaskManager() as manager:
        task = manager.spawn("s", value_after(1, 10))
        await asyncio.sleep(0)
        assert task.cancel() is True
    assert task.cancelled()


async def test_debounce():
    calls = []
    debounced = Debouncer(0.02, calls.append)
    for n in range(3):
        debounced(n)
    await asyncio.sleep(0.1)
    assert calls == [2]


async def test_lazy():
    made = []

    async def factory():
        made.append(1)
        await asyncio.sleep(0)
        return object()

    lazy = AsyncLazy(factory)
    first, second = await asyncio.gather(value_of(lazy), value_of(lazy))
    assert first is second
    assert await lazy is first
    assert made == [1]


async def value_of(awaitable):
    return await awaitable


async def test_own_future():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    await race_to_future(future, lambda: value_after("v"))
    assert future.done() and future.result() == "v"
    other = loop.create_future()

    async def bad():
        raise LookupError("none")

    await race_to_future(other, bad)
    with pytest.raises(LookupError, match="none"):
        await other


async def test_producer_consumer():
    active = peak = 0

    async def worker(item):
        nonlocal active, peak
        active += 1
        peak = max(peak, active)
        await asyncio.sleep(0.001)
        active -= 1
        return item * 2

    out = await producer_consumer(range(7), worker, workers=3)
    assert sorted(out) == [0, 2, 4, 6, 8, 10, 12]
    assert peak == 3


async def test_wait_for_and_shield():
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(AsyncLazy(lambda: value_after(1, 5)), 0.01)
    assert await asyncio.shield(producer_consumer([1], value_after)) == [1]


@pytest.mark.parametrize("n", [1, 5])
async def test_in_thread(n):
    assert await asyncio.to_thread(sync_entry, n) == n + 1
