import pickle
from unittest.mock import MagicMock, call

import pytest

from main import IllegalTransition, Order, State, TRANSITIONS


@pytest.mark.parametrize("events, end", [
    (["place", "ship"], State.SHIPPED),
    (["cancel"], State.CANCELLED),
    (["place", "cancel"], State.CANCELLED),
    ([], State.CART),
], ids=["ship", "cancel", "late", "none"])
def test_paths(events, end):
    o = Order()
    for e in events:
        getattr(o, e)()
    assert o.state is end
    assert o.trail[-1] is end and len(o.trail) == len(events) + 1


def test_hook():
    hook = MagicMock()
    Order(hook).place().ship()
    hook.assert_has_calls([call(State.CART, State.PLACED, event="place"), call(State.PLACED, State.SHIPPED, event="ship")])


def test_illegal():
    o = Order()
    with pytest.raises(IllegalTransition, match="cannot ship from cart") as e:
        o.ship()
    assert e.value.src is State.CART
    again = pickle.loads(pickle.dumps(e.value))
    assert (again.src, again.event, str(again)) == (State.CART, "ship", "cannot ship from cart")
    with pytest.raises(AttributeError):
        o.explode()
    with pytest.raises(AttributeError):
        o.state = State.PLACED


def test_table():
    assert {s for s in State if s.final} == {State.SHIPPED, State.CANCELLED}
    assert not any(s.final for s, _ in TRANSITIONS)
    with pytest.raises(TypeError):
        TRANSITIONS["x"] = 1
    assert Order().allowed() == ["cancel", "place"]
    assert len(TRANSITIONS) == 4
    assert f"{State.CART}" == "cart"
