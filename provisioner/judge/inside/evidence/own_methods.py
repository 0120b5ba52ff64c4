"""Assert methods of unittest that would have an object of main's say how it compares."""

from __future__ import annotations

import functools
import random
from typing import Any

from ..mirror.mirrored import number_of

#: How many numbers stand beside the one that an object has to be almost equal to.
_DECOYS = 12
_CHANCE = random.SystemRandom()


def _told_apart(method: Any) -> Any:
    """assertAlmostEqual, which an object of main's has to fail with numbers far from the right one.

    It does not learn which of them is meant.
    """

    @functools.wraps(method)
    def almost(self: Any, first: Any, second: Any, *args: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        witness, number = (first, second) if number_of(first) else (second, first)
        if not number_of(witness) or type(number) not in (int, float):
            return method(self, first, second, *args, **keywords)
        step = 3 * float(keywords.get("delta") or 1) + abs(number)
        numbers = [number, *(number + step * _CHANCE.uniform(-9, 9) for _ in range(_DECOYS))]
        passed = []
        for other in _CHANCE.sample(numbers, len(numbers)):
            given = (witness, other) if witness is first else (other, witness)
            try:
                method(self, *given, *args, **keywords)
            except Exception:  # not equal, or main's arithmetic raised: it did not pass
                if other is number:
                    raise
            else:
                passed.append(other)
        if len(passed) > 1 + _DECOYS // 3:
            raise self.failureException(f"{type(witness).__name__} is almost equal to any number")
        return None

    return almost


def _by_items(method: Any) -> Any:
    """assertSetEqual, which asks sets for their difference: main's are read, and asked nothing."""

    @functools.wraps(method)
    def equal(self: Any, first: Any, second: Any, msg: Any = None) -> Any:
        __tracebackhide__ = True
        sets = [set(one) if number_of(one) else one for one in (first, second)]
        return method(self, *sets, msg)

    return equal


#: Name of a method: what makes another of it.
INSTEAD = {"assertAlmostEqual": _told_apart, "assertSetEqual": _by_items}
