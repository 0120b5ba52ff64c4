import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest

import main


@pytest.fixture(autouse=True)
def fresh():
    main.handlers.clear()
    main.settings.update(factor=1, tags=[], stopped=False)
    main.log.clear()


def test_handlers_that_change():
    for number in range(30):
        main.handlers["a"] = lambda value, number=number: value + number
        assert main.emit("a", 1, 2) == [1 + number, 2 + number]
        del main.handlers["a"]
        with pytest.raises(LookupError, match="no handler for a"):
            main.emit("a", 1)


def test_settings_that_change_between_many_at_once():
    main.handlers["a"] = lambda value: -value
    for factor in range(8):
        main.settings["factor"] = factor
        assert main.emit("a", *range(6)) == [-factor * value for value in range(6)]


def test_a_change_while_a_handler_waits_for_the_tests():
    gate = threading.Event()
    main.handlers["wait"] = lambda value: gate.wait(9) and value
    for number, tag in enumerate("abcdefgh"):
        future = main.later("wait", number)
        assert not future.done()
        main.settings["tags"].append(tag)
        gate.set()
        assert future.result(9) == number
        assert main.log[-1] == ("wait", number, *"abcdefgh"[: number + 1])
        gate.clear()


def test_a_handler_that_changes_the_handlers():
    main.handlers["once"] = lambda value: [main.handlers.pop("once"), value][1]
    assert main.emit("once", 3) == [3]
    with pytest.raises(LookupError):
        main.emit("once", 3)


def test_lists_of_the_tests_that_threads_fill():
    seen = []
    main.handlers["a"] = seen.append
    main.emit("a", *range(12))
    assert sorted(seen) == list(range(12))


def test_threads_of_the_tests_that_end():
    main.handlers["a"] = str
    for _ in range(60):
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(lambda value: main.emit("a", value), (1, 2))) == [["1"], ["2"]]


def test_patched():
    with patch.dict(main.settings, factor=5), patch.dict(main.handlers, {"p": abs}):
        assert main.emit("p", -2) == [10]
    with pytest.raises(LookupError):
        main.emit("p", 2)


def test_a_thread_that_reads_what_changes():
    for _ in range(20):
        main.settings["stopped"] = False
        future = main.spin()
        main.settings["stopped"] = True
        assert future.result(9) >= 0


def test_what_is_left_ends_with_its_loop():
    for number in range(1, 4):
        assert asyncio.run(main.start())
        assert main.log == ["ended"] * number
