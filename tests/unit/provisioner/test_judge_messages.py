"""What two processes say on several connections at once holds for all of them."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from provisioner.judge.inside.connection.space import Space
from provisioner.judge.inside.connection.wire import Garbled


@pytest.fixture
def tests() -> Space:
    return _space(trusting=False)


@pytest.fixture
def code() -> Space:
    return _space(trusting=True)


def _space(*, trusting: bool) -> Space:
    space = Space(trusting=trusting, folder="/feature/")
    space.peer = SimpleNamespace(perturbation=None)
    return space


def say(one: Space, other: Space, *body: Any) -> Any:
    """What the other side makes of a message with nothing on its way before it."""
    return other.decode(one.encode("call", body))[1]


def test_messages_are_read_in_the_order_in_which_they_were_written(
    tests: Space, code: Space
) -> None:
    overrides: dict[str, int] = {}
    (here,) = say(code, tests, overrides)
    here["f"] = 1
    first, second = tests.encode("call", ("by one thread",)), tests.encode("call", ("by another",))
    seen: list[Any] = []

    def read() -> None:
        code.decode(second)
        seen.append(dict(overrides))

    other = threading.Thread(target=read)
    other.start()
    code.decode(first)
    other.join()
    assert seen == [{"f": 1}]


def test_a_container_that_is_named_while_its_end_is_on_the_way_stays_linked(
    tests: Space, code: Space
) -> None:
    overrides: dict[str, int] = {}
    say(code, tests, overrides)
    gone = tests.encode("call", ("it is not used here",))
    named = code.encode("=", (overrides,))
    code.decode(gone)
    (here,) = tests.decode(named)[1]
    here["f"] = 1
    say(tests, code, "next")
    assert overrides == {"f": 1}


def test_a_container_that_neither_side_uses_is_forgotten(tests: Space, code: Space) -> None:
    say(tests, code, [[1], "known"], held := [2])
    for _ in range(2):
        say(code, tests, 0)
        say(tests, code, 0)
    assert len(tests.links.by_number) == len(code.links.by_number) == 0
    assert say(tests, code, held, held) == ([2], [2])


def test_a_change_is_not_lost_with_a_message_that_cannot_be_sent(tests: Space, code: Space) -> None:
    settings = {"limit": 1}
    (here,) = say(tests, code, settings)
    settings["limit"] = 2
    with pytest.raises(NotImplementedError, match="a frame"):
        tests.encode("call", (sys._getframe(),))
    say(tests, code, "next")
    assert here == {"limit": 2}


def test_a_stand_in_that_ends_takes_no_mention_of_the_next_one_with_it(
    tests: Space, code: Space
) -> None:
    class Row:
        pass

    row = Row()
    (first,) = say(code, tests, row)
    number = tests.number_of(first)
    leads = tests.standins[number]
    del tests.standins[number]  # as a thread has it in which `first` is ending
    (second,) = say(code, tests, row)
    del first
    gc.collect()
    assert leads() is None
    say(tests, code, 0)
    assert tests.standins[number]() is second
    assert say(tests, code, second) == (row,)


def test_a_message_that_was_read_is_none(tests: Space, code: Space) -> None:
    message = code.encode("=", (1,))
    tests.decode(message)
    with pytest.raises(Garbled, match="was read"):
        tests.decode(message)


@pytest.fixture
def switching() -> Iterator[None]:
    """Threads take turns as often as can be."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("switching")
@pytest.mark.parametrize("threads", [8])
def test_many_threads_say_what_each_of_them_has_changed(
    tests: Space, code: Space, threads: int
) -> None:
    counts = {str(number): 0 for number in range(threads)}
    (here,) = say(tests, code, counts)
    wrong: list[Any] = []
    start = threading.Barrier(threads)

    def work(key: str) -> None:
        start.wait()
        for number in range(1, 200):
            counts[key] = number
            code.decode(tests.encode("call", (key, [number])))
            if here[key] != number:
                wrong.append((key, number, here[key]))

    workers = [threading.Thread(target=work, args=(key,)) for key in counts]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert wrong == []
    assert here == counts
