from __future__ import annotations

from enum import Enum
from types import MappingProxyType


class State(Enum):
    CART = "cart"
    PLACED = "placed"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"

    def __init__(self, value):
        self.final = value in ("shipped", "cancelled")

    def __str__(self):
        return self.value


class IllegalTransition(RuntimeError):
    def __init__(self, src: State, event: str):
        self.src, self.event = src, event
        super().__init__(f"cannot {event} from {src}")

    def __reduce__(self):
        return type(self), (self.src, self.event)


TRANSITIONS = MappingProxyType({
    (State.CART, "place"): State.PLACED,
    (State.PLACED, "ship"): State.SHIPPED,
    (State.CART, "cancel"): State.CANCELLED,
    (State.PLACED, "cancel"): State.CANCELLED,
})


class Order:
    def __init__(self, on_change=None):
        self._state = State.CART
        self._hooks = [on_change] if on_change else []
        self.trail = [State.CART]

    state = property(lambda self: self._state)

    def __getattr__(self, name):
        if name in {e for _, e in TRANSITIONS}:
            return lambda: self.fire(name)
        raise AttributeError(name)

    def fire(self, event):
        new = TRANSITIONS.get((self._state, event))
        if new is None:
            raise IllegalTransition(self._state, event)
        old, self._state = self._state, new
        self.trail.append(new)
        for h in self._hooks:
            h(old, new, event=event)
        return self

    def allowed(self):
        return sorted(e for s, e in TRANSITIONS if s is self._state)
