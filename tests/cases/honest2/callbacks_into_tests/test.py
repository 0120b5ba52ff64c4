import operator
from functools import partial

import pytest

from main import Emitter, apply_n


@pytest.fixture
def emitter():
    return Emitter()


def test_order_and_results(emitter):
    seen = []

    @emitter.on("tick")
    def first(n):
        seen.append(("first", n))
        return n + 1

    emitter.on("tick", lambda n: seen.append(("second", n)))
    assert emitter.emit("tick", 4) == [5, None]
    assert seen == [("first", 4), ("second", 4)]
    assert first(1) == 2


def test_false_stops(emitter):
    emitter.on("x", lambda: False)
    emitter.on("x", pytest.fail)
    assert emitter.emit("x") == []


def test_bound_method_can_be_taken_off(emitter):
    class Listener:
        def __init__(self):
            self.n = 0

        def hear(self, *, by=1):
            self.n += by

    one = Listener()
    emitter.on("e", one.hear)
    emitter.emit("e", by=3)
    emitter.off("e", one.hear)
    emitter.emit("e", by=3)
    assert one.n == 3


def test_exception_passes(emitter):
    class Mine(Exception):
        pass

    def bad():
        raise Mine("own")

    emitter.on("e", bad)
    with pytest.raises(Mine, match="own"):
        emitter.emit("e")


def test_nested():
    assert apply_n(lambda x: apply_n(partial(operator.add, 1), x, 3), 0, 4) == 12
