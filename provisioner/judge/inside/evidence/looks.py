"""How an object of the code's is asked about one value."""

from __future__ import annotations

import numbers
from typing import Any

from ..connection import values
from ..connection.wire import Garbled
from ..mirror.mirrored import ask


def tried(witness: Any, name: str, other: Any) -> Any:
    """What a witness says of a value, or the exception that it raised."""
    try:
        return ask(witness, "special", name, (other,))
    except Exception as error:  # judged code raises anything
        return error


def look(witness: Any, name: str, other: Any) -> Any:
    """What a comparison says: True, False, NotImplemented, or what it raised.

    It is asked one by one: who sees them all finds the one that the others are made from.
    """
    answer = ask(witness, "look", name, other)
    if not isinstance(answer, bool | BaseException | type(NotImplemented)):
        raise Garbled("no answer to a look")
    return answer


def compared_by_runner(witness: Any, name: str, other: Any) -> Any:
    """The result where `other` is pytest.approx or the like, which does arithmetic by itself."""
    number = values.plain_part(witness)
    if number is None and isinstance(witness, numbers.Complex):
        number = float(witness)  # type: ignore[arg-type]  # its own word, and a plain one
    if name not in ("__eq__", "__ne__") or not isinstance(number, numbers.Number):
        return NotImplemented
    return (other == number) is (name == "__eq__")
