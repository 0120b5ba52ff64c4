"""Floats that are not equal to themselves: containers and `is` ask for identity, so it is kept."""

from __future__ import annotations

#: What is in a pickle that holds one.
MARK = b"G\x7f\xf8"


class NotNumbers:
    """Which is which, for both sides; each numbers its own in steps of two."""

    def __init__(self, first: int) -> None:
        self._next = first
        self._numbers: dict[int, int] = {}
        self._known: dict[int, float] = {}

    def number_of(self, value: float) -> int:
        """The number of one of ours."""
        number = self._numbers.get(id(value))
        if number is None:
            number, self._next = self._next, self._next + 2
            self._keep(number, value)
        return number

    def of(self, number: int) -> float:
        """The one of that number."""
        if number not in self._known:
            self._keep(number, float("nan"))
        return self._known[number]

    def _keep(self, number: int, value: float) -> None:
        self._numbers[id(value)] = number
        self._known[number] = value
