from __future__ import annotations

from typing import Annotated, Union

import pytest

import main
from main import Bus, Depends, Event, show


class Ping:
    pass


class Pong:
    pass


def number():
    return 7


@pytest.fixture
def bus():
    return Bus()


def test_a_class_of_the_tests(bus):
    @bus.handles
    def on_ping(event: Ping) -> str:
        return "ping"

    assert bus.publish(Ping()) == ["ping"]
    assert bus.publish(Pong()) == []


def test_one_of_several(bus):
    @bus.handles
    def either(event: Ping | Pong):
        return type(event).__name__

    @bus.handles
    def another(event: Union[Pong, main.Event]):
        return "another"

    assert bus.publish(Ping()) == ["Ping"]
    assert bus.publish(Pong()) == ["Pong", "another"]


def test_a_class_of_main_and_what_it_depends_on(bus):
    @bus.handles
    def on_event(event: Event, n=Depends(number), more: Annotated[int, Depends(number)] = 0):
        return event.name, n, more

    assert bus.publish(Event("a")) == [("a", 7, 7)]


def test_a_function_for_a_class():
    @show.register
    def _(value: Ping):
        return "a ping"

    assert show(Ping()) == "a ping"
    assert show(3) == "3"
