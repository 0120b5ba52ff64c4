import asyncio
import inspect
import threading

import pytest

from main import Failed, current_name, doubled, in_threads, running_mean, steps


def test_values_are_sent():
    async def run():
        means = running_mean()
        first = await means.asend(None)
        rest = [await means.asend(one) for one in (2, 4, 9)]
        again = await means.athrow(ValueError())
        rest.append(await means.asend(7))
        await means.aclose()
        with pytest.raises(StopAsyncIteration):
            await means.__anext__()
        return first, rest, again

    assert asyncio.run(run()) == (0.0, [2.0, 3.0, 5.0, 7.0], 0.0)
    assert inspect.isasyncgenfunction(running_mean)


def test_source_of_the_tests():
    async def numbers():
        for one in range(3):
            yield one

    async def run():
        return [one async for one in doubled(numbers())]

    assert asyncio.run(run()) == [0, 2, 4]


def test_threads_have_their_names():
    names = in_threads(lambda item: threading.current_thread().name, range(4), prefix="pool")
    assert all(one.startswith("pool") for one in names)


def test_main_sees_the_tests_threads():
    found = []
    thread = threading.Thread(target=lambda: found.append(current_name()), name="mine")
    thread.start()
    thread.join()
    assert found == ["mine"]


def test_causes_in_a_circle():
    async def fine():
        return None

    async def broken():
        raise KeyError("lost")

    with pytest.raises(Failed, match="2 failed") as info:
        asyncio.run(steps(fine, broken))
    assert info.value.step == 2
    assert isinstance(info.value.__cause__, KeyError)
    assert info.value.error is info.value.__cause__
    assert asyncio.run(steps(fine, fine)) == 2
