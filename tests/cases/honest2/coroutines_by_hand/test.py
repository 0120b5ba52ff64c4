import pytest

from main import Cancelled, Scheduler, Sleep, sleep_twice, switch


@pytest.fixture
def scheduler():
    return Scheduler()


def test_turns(scheduler):
    log = []

    async def worker(name, count):
        for i in range(count):
            log.append(f"{name}{i}")
            await switch()
        return name.upper()

    scheduler.spawn("a", worker("a", 2))
    scheduler.spawn("b", worker("b", 1))
    assert scheduler.run() == {"a": "A", "b": "B"}
    assert log == ["a0", "b0", "a1"]


def test_time(scheduler):
    async def sleeper():
        first = await Sleep(3)
        return first, await sleep_twice(2), scheduler.now

    scheduler.spawn("s", sleeper())
    assert scheduler.run() == {"s": ("slept 3", "slept 2", 7)}


def test_errors_are_kept(scheduler):
    async def child():
        await switch()
        raise Cancelled("enough")

    async def parent():
        try:
            await child()
        except Cancelled as error:
            return str(error)

    scheduler.spawn("parent", parent())
    scheduler.spawn("child", child())
    results = scheduler.run()
    assert results["parent"] == "enough"
    assert isinstance(results["child"], Cancelled)


def test_a_coroutine_of_main_by_hand():
    coroutine = sleep_twice(5)
    assert coroutine.send(None).seconds == 5
    assert isinstance(coroutine.send(None), Sleep)
    with pytest.raises(StopIteration) as caught:
        coroutine.send(None)
    assert caught.value.value == "slept 5"


def test_thrown_into():
    coroutine = sleep_twice(5)
    coroutine.send(None)
    with pytest.raises(Cancelled):
        coroutine.throw(Cancelled())
    sleep_twice(1).close()
