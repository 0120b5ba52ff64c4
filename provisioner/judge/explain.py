"""Says in a few lines why an assertion does not hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from provisioner.judge.claims import (
    Anything,
    Approximately,
    Claim,
    Compare,
    Instance,
    Operand,
    Raised,
    SameItems,
    Site,
    Truth,
    Within,
)
from provisioner.judge.plain import Garbled, Opaque

#: A value is shown up to this many letters.
SHOWN = 600


Describe = Callable[[int], str]


def explain(
    site: Site,
    value: Callable[[Operand], object],
    shown: Sequence[object],
    describe: Describe | None = None,
) -> str:
    """The assertion's source and the values it met; `describe` asks for an object's own words."""

    def show(operand: Operand) -> str:
        return _show(value(operand), describe)

    try:
        return f"{site.text}\n{_values(site.claim, show, shown)}"
    except (Garbled, LookupError, TypeError, ValueError, RecursionError):
        return site.text


def _values(claim: Claim, show: Callable[[Operand], str], shown: Sequence[object]) -> str:
    match claim:
        case Compare(operands, operators):
            text = show(operands[0])
            for name, operand in zip(operators, operands[1:], strict=True):
                text += f" {name} {show(operand)}"
            return f"does not hold: {text}"
        case Within(left, right, bound, name):
            return f"does not hold: abs({show(left)} - {show(right)}) {name} {show(bound)}"
        case SameItems(first, second):
            return f"not the same items: {show(first)} and {show(second)}"
        case Truth(operand, negated):
            return f"{show(operand)} is {'true' if negated else 'not true'}"
        case Instance(kinds, names, negated):
            what = "an" if negated else "no"
            return f"it is {what} instance of {' or '.join(names)}, but of {show(kinds)}"
        case Raised(names, pattern):
            wanted = " or ".join(names) or "the exception asked for"
            wanted += f" with {pattern!r} in its text" if pattern else ""
            return f"{wanted} was to be raised, what came is {shown[-1]}"
    return "does not hold"


def _show(value: object, describe: Describe | None) -> str:
    text = repr(_plain(value, describe))
    return text if len(text) <= SHOWN else f"{text[: SHOWN // 2]} … {text[-SHOWN // 2 :]}"


class _As:
    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def _plain(value: object, describe: Describe | None) -> object:
    def plain(part: object) -> object:
        return _plain(part, describe)

    match value:
        case Opaque(number, name):
            return _As(describe(number) if describe else f"<{name}>")
        case Approximately(inner):
            return _As(f"approximately {inner!r}")
        case Anything():
            return _As("anything")
        case list() | tuple():
            return type(value)(map(plain, value))
        case dict():
            return {plain(key): plain(part) for key, part in value.items()}
    return value
