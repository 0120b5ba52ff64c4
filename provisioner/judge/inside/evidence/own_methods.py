"""Assert methods of unittest that would have an object of main's say how it compares."""

from __future__ import annotations

import functools
from typing import Any

from ..mirror.mirrored import number_of


def _by_items(method: Any) -> Any:
    """assertSetEqual, which asks sets for their difference: main's are read, and asked nothing."""

    @functools.wraps(method)
    def equal(self: Any, first: Any, second: Any, msg: Any = None) -> Any:
        __tracebackhide__ = True
        sets = [set(one) if number_of(one) else one for one in (first, second)]
        return method(self, *sets, msg)

    return equal


#: Name of a method: what makes another of it.
INSTEAD = {"assertSetEqual": _by_items}
