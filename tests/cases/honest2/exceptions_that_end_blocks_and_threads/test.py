import asyncio
import threading
from unittest.mock import Mock

import pytest

from main import Line, until_closed, verify


def boom(item):
    raise ValueError(item)


def test_errors_are_kept():
    line, seen = Line(), []
    line.listeners += [boom, seen.append]
    line.tell(1)
    assert seen == [1]
    assert [str(error) for error in line.errors] == ["1"]


def test_block_ends_when_it_is_closed():
    line = Line()
    line.listeners.append(boom)
    with until_closed(line):
        for item in range(5):
            line.closed = item == 2
            line.tell(item)
            assert len(line.errors) == item + 1
    assert line.errors == []


def test_failures_come_through():
    line = Line()
    line.listeners.append(Mock(side_effect=AssertionError("told")))
    with pytest.raises(AssertionError, match="told"):
        line.tell(1)


def test_verify():
    def look():
        assert line.errors == ["none"]

    line = Line()
    with pytest.raises(AssertionError):
        look()
    with pytest.raises(AssertionError, match="order"):
        verify([2, 1])


def test_thread_works_until_it_is_closed():
    line, seen = Line(), []
    line.listeners.append(seen.append)

    def work():
        while True:
            line.tell(len(seen))
            assert seen == list(range(len(seen)))
            line.closed = len(seen) == 3

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [0, 1, 2]


def test_task_that_nobody_asks():
    async def run():
        line = Line()

        async def work():
            assert await line.told(1) == 0
            line.closed = True
            await line.told(2)

        task = asyncio.create_task(work())
        await asyncio.wait([task])
        assert line.closed

    asyncio.run(run())
