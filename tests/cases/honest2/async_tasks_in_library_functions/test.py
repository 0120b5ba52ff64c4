import asyncio
import pytest
from main import Runner, work

pytestmark = pytest.mark.asyncio


async def test_gather():
    r = Runner()
    assert await asyncio.gather(r.start(2), r.start(3, 0.01), work(4)) == [4, 9, 16]


async def test_gather_exceptions():
    r = Runner()
    found = await asyncio.gather(r.start(2), r.start(-3), return_exceptions=True)
    assert found[0] == 4 and isinstance(found[1], ValueError)


async def test_wait_for():
    r = Runner()
    assert await asyncio.wait_for(r.start(5), 5) == 25
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(r.start(5, 30), 0.02)
    await asyncio.sleep(0)
    assert r.tasks[-1].cancelled()


async def test_wait():
    r = Runner()
    slow, fast = r.start(1, 30), r.start(2)
    done, pending = await asyncio.wait(
        {slow, fast}, timeout=0.5, return_when=asyncio.FIRST_COMPLETED
    )
    assert done == {fast} and pending == {slow}
    assert fast.result() == 4
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    assert slow.cancelled()


async def test_shield():
    r = Runner()
    t = r.start(3, 0.02)
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(asyncio.shield(t), 0.001)
    assert await t == 9


async def test_as_completed():
    r = Runner()
    found = [await one for one in asyncio.as_completed([r.start(2, 0.03), r.start(3)])]
    assert found == [9, 4]


async def test_timeout_block():
    r = Runner()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await r.start(3, 30)


async def test_future():
    r = Runner()
    f = r.future()
    asyncio.get_running_loop().call_later(0.01, f.set_result, "hi")
    assert await f == "hi"
    assert f.done() and f.result() == "hi"


async def test_callback():
    r, seen = Runner(), []
    t = r.start(6)
    t.add_done_callback(lambda task: seen.append(task.result()))
    await t
    await asyncio.sleep(0)
    assert seen == [36]
    assert t.get_name() == "work-6"
    assert isinstance(t, asyncio.Task)


async def test_task_group():
    r = Runner()
    async with asyncio.TaskGroup() as tg:
        a = tg.create_task(work(3))
        b = tg.create_task(asyncio.wait_for(r.start(4), 1))
    assert (a.result(), b.result()) == (9, 16)
