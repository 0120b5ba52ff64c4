"""Decides, outside of the sandbox, whether an assertion holds for what was seen.

Plain data is compared here. An object whose class only the sandbox knows has to be asked there,
and may lie: it is shown the expected value in a line-up among values near to it, and must know
which one it equals.
"""

from __future__ import annotations

import operator
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from provisioner.judge.canaries import canaries, strangers
from provisioner.judge.claims import (
    Anything,
    Approximately,
    Claim,
    Compare,
    Constant,
    Display,
    Instance,
    Operand,
    Raised,
    Reached,
    SameItems,
    Seen,
    Truth,
    Within,
)
from provisioner.judge.ordering import Ask, in_order
from provisioner.judge.patterns import found
from provisioner.judge.plain import Garbled, Opaque, decode, encode


class Tampered(Exception):
    """What was seen cannot have come about by running the code against the tests."""


_PLAIN: Mapping[str, Callable[..., object]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
#: A line-up may hold this many false matches: some classes are equal to more than one value.
_COINCIDENCES = 1


class Weighing:
    """One evaluation of one assertion."""

    def __init__(
        self, shown: Sequence[object], sealed: Sequence[object], ask: Ask, chance: random.Random
    ) -> None:
        self._shown, self._sealed, self._ask, self._chance = shown, sealed, ask, chance

    def holds(self, claim: Claim) -> bool:
        """Whether the claim is true.

        Raises:
            Garbled: what was shown follows no rule.
            Tampered: a sealed value was shown where only computed ones can be.
        """
        try:
            return self._holds(claim)
        except (TypeError, ValueError, ArithmeticError, LookupError, RecursionError):
            return False  # as Python would have raised in its place

    def value(self, operand: Operand) -> object:
        """The operand's value, with references for what stayed in the sandbox."""
        match operand:
            case Constant(value):
                return value
            case Seen(index, may_be_sealed):
                if index >= len(self._shown):
                    raise Garbled("an operand is missing")
                if not may_be_sealed and _mentions_sealed(self._shown[index]):
                    raise Tampered("the code handed out a sealed value of the tests")
                return decode(self._shown[index], self._sealed)
            case Display(kind, parts):
                values = [self.value(part) for part in parts]
                if kind == "dict":
                    return dict(zip(values[::2], values[1::2], strict=True))
                return {"list": list, "tuple": tuple, "set": set}[kind](values)

    def _holds(self, claim: Claim) -> bool:
        match claim:
            case Compare(operands, operators):
                values = [self.value(operand) for operand in operands]
                return all(
                    self._compare(name, values[i], values[i + 1], claim)
                    for i, name in enumerate(operators)
                )
            case Truth(operand, negated):
                return self._true(self.value(operand)) is not negated
            case Within(left, right, bound, name):
                return self._within(self.value(left), self.value(right), self.value(bound), name)
            case SameItems(first, second):
                return self._same_items(self.value(first), self.value(second))
            case Instance(kinds, names, negated):
                shown = self.value(kinds)
                if not isinstance(shown, list):
                    raise Garbled("no classes")
                return bool(set(names) & set(shown)) is not negated
            case Raised(names, pattern):
                came, classes, fits, matches, text, *_ = self._shown
                if not isinstance(classes, list) or not isinstance(text, str):
                    raise Garbled("no exception")
                named = not names or bool(set(names) & set(classes[1]))
                said = not pattern or found(pattern, text)
                return came is True and named and said and fits is True and matches is True
            case Reached():
                return True

    def _true(self, value: object) -> bool:
        if isinstance(value, Opaque):
            return self._ask("truth", value, [None]) == [True]
        return bool(value)

    def _compare(self, name: str, left: object, right: object, claim: Compare) -> bool:
        match name:
            case "==":
                return self.same(left, right)
            case "== sequence":
                return self.same(_as_list(left), _as_list(right))
            case "!=":
                return self._different(left, right)
            case "is":
                return _identical(left, right)
            case "is not":
                return not _identical(left, right)
            case "in":
                return self._within_container(left, right)
            case "not in":
                return not self._within_container(left, right)
            case "near" | "not near":
                return self._near(left, right, claim) is (name == "near")
        if _opaque_in(left) or _opaque_in(right):
            return in_order(name, left, right, self._ask, self._chance)
        return bool(_PLAIN[name](left, right))

    def _different(self, left: object, right: object) -> bool:
        if self.same(left, right):
            return False
        if isinstance(left, Opaque):
            return self._ask("!=", left, [_sendable(right)]) == [True]
        if isinstance(right, Opaque):
            return self._ask("!=", right, [_sendable(left)]) == [True]
        return True

    def same(self, left: object, right: object) -> bool:
        """Python's `==`, in which no object can claim to be everything."""
        if isinstance(left, Anything) or isinstance(right, Anything):
            return True
        if isinstance(left, Approximately):
            return self._approximately(right, left)
        if isinstance(right, Approximately):
            return self._approximately(left, right)
        if isinstance(left, Opaque) or isinstance(right, Opaque):
            return self._same_object(left, right)
        if not _opaque_in(left) and not _opaque_in(right):
            return left == right
        if isinstance(left, dict) and isinstance(right, dict):
            return left.keys() == right.keys() and all(
                self.same(value, right[key]) for key, value in left.items()
            )
        if isinstance(left, set | frozenset) and isinstance(right, set | frozenset):
            return self._same_items(left, right)
        if type(left) is type(right) and isinstance(left, list | tuple):
            assert isinstance(right, list | tuple)
            return len(left) == len(right) and all(map(self.same, left, right))
        return False

    def _same_object(self, left: object, right: object) -> bool:
        if isinstance(left, Opaque) and isinstance(right, Opaque):
            if left.number == right.number:
                return True
            said = self._ask("==", left, [right, ["canary"]])
            # a class that knows only its like may raise at any other
            return _yes_and_no(said) and self._ask("==", right, [["canary"]]) != [True]
        if not isinstance(left, Opaque):
            left, right = right, left
        assert isinstance(left, Opaque)
        if left.plain is not None and self.same(left.plain[0], right):
            return True
        return self._line_up("==", left, right)

    def _line_up(self, operation: str, witness: object, expected: object, *more: object) -> bool:
        """Whether the witness knows the expected value among others; it is told nothing else."""
        if _opaque_in(expected):
            said = self._ask(operation, witness, [_sendable(expected), ["canary"]])
            return _yes_and_no(said)
        others = canaries(expected, self._chance)
        place = self._chance.randrange(len(others) + 1)
        row = [*others[:place], expected, *others[place:]]
        answers = self._ask(operation, witness, [_sendable(value) for value in row], *more)
        if len(answers) != len(row):
            raise Garbled("an answer is missing")
        # numbers modulo another are equal to one in so many
        others_too = len(others) // 3 if type(expected) is int else _COINCIDENCES
        return answers[place] is True and answers.count(True) <= 1 + others_too

    def _among_strangers(self, container: Opaque, item: object) -> bool:
        """Whether a container has an item in it, and not just anything."""
        row = [*strangers(item, self._chance), item]
        self._chance.shuffle(row)
        place = next(index for index, value in enumerate(row) if value is item)
        answers = self._ask("contains", container, [["canary"], *map(_sendable, row)])
        if len(answers) != len(row) + 1:
            raise Garbled("an answer is missing")
        said = answers[1:]
        return said[place] is True and answers[0] is not True and not all(said)

    def _within_container(self, item: object, container: object) -> bool:
        if isinstance(container, Opaque):
            if container.plain is not None and self._within_container(item, container.plain[0]):
                return True
            if isinstance(item, Opaque):
                return self._ask("in", item, [container]) == [True]
            return self._among_strangers(container, item)
        if isinstance(container, str | bytes | bytearray):
            plain = item.plain[0] if isinstance(item, Opaque) and item.plain else item
            return plain in container  # type: ignore[operator]  # a TypeError is an answer
        if isinstance(container, dict | set | frozenset) and not _opaque_in(item):
            if item in container:
                return True
            return isinstance(container, set | frozenset) and any(
                self.same(item, part) for part in container if _opaque_in(part)
            )
        if isinstance(container, list | tuple | set | frozenset | dict):
            return any(item is part or self.same(item, part) for part in container)
        return item in container  # type: ignore[operator]  # as above

    def _near(self, left: object, right: object, claim: Compare) -> bool:
        if isinstance(left, Opaque) or isinstance(right, Opaque):
            more = (claim.places, claim.delta)
            if isinstance(left, Opaque) and not isinstance(right, Opaque):
                return self._line_up("near", left, right, *more)
            return self._ask("near", left, [_sendable(right)], *more) == [True]
        if left == right:
            return True
        difference = abs(left - right)  # type: ignore[operator]  # a TypeError is an answer
        if claim.delta is not None:
            return bool(difference <= claim.delta)
        return bool(round(difference, 7 if claim.places is None else claim.places) == 0)

    def _within(self, left: object, right: object, bound: object, name: str) -> bool:
        if isinstance(left, Opaque) or isinstance(right, Opaque):
            if not isinstance(left, Opaque):
                left, right = right, left
            return self._line_up("within", left, right, bound)
        difference = abs(left - right)  # type: ignore[operator]  # a TypeError is an answer
        return bool(_PLAIN[name](difference, bound))

    def _approximately(self, value: object, wanted: Approximately) -> bool:
        expected = wanted.value
        if isinstance(value, Opaque):
            if value.plain is None:
                if isinstance(expected, list | tuple | dict):
                    return False
                bound = max(wanted.rel * abs(expected), wanted.absolute)  # type: ignore[arg-type]  # a number; a TypeError is an answer
                return self._line_up("near", value, expected, None, bound)
            value = value.plain[0]

        def part(one: Any) -> Approximately:
            return Approximately(one, wanted.rel, wanted.absolute, wanted.nan_ok)

        if isinstance(expected, dict):
            return (
                isinstance(value, dict)
                and value.keys() == expected.keys()
                and all(self._approximately(value[key], part(expected[key])) for key in expected)
            )
        if isinstance(expected, list | tuple):
            return (
                type(value) is type(expected)
                and len(value) == len(expected)
                and all(
                    self._approximately(one, part(two))
                    for one, two in zip(value, expected, strict=True)
                )
            )
        if value == expected:
            return True
        if isinstance(value, bool) or isinstance(expected, bool | str | None):
            return False
        if value != value and expected != expected:
            return wanted.nan_ok
        bound = max(wanted.rel * abs(expected), wanted.absolute)  # type: ignore[arg-type]  # a TypeError is an answer
        infinite = float("inf") in (abs(expected), bound)  # type: ignore[arg-type]  # as above
        return not infinite and bool(abs(value - expected) <= bound)  # type: ignore[operator]  # as above

    def _same_items(self, first: object, second: object) -> bool:
        if isinstance(first, Opaque) or isinstance(second, Opaque):
            unwrapped = [
                one.plain[0] if isinstance(one, Opaque) and one.plain else one
                for one in (first, second)
            ]
            if any(isinstance(one, Opaque) for one in unwrapped):
                return False
            return self._same_items(*unwrapped)
        if not _opaque_in(first) and not _opaque_in(second):
            return Counter(map(_hashable, first)) == Counter(map(_hashable, second))  # type: ignore[call-overload]  # a TypeError is an answer
        left = list(second)  # type: ignore[call-overload]  # a TypeError is an answer
        for item in first:  # type: ignore[attr-defined]  # as above
            for index, other in enumerate(left):
                if self.same(item, other):
                    del left[index]
                    break
            else:
                return False
        return not left


def _hashable(value: object) -> object:
    """Plain data as what can be counted: equal where the data is."""
    match value:
        case list() | tuple():
            return (isinstance(value, list), *map(_hashable, value))
        case dict():
            return frozenset((key, _hashable(part)) for key, part in value.items())
        case set():
            return frozenset(value)
        case bytearray():
            return bytes(value)
    return value


def _yes_and_no(answers: Sequence[bool | None]) -> bool:
    return len(answers) == 2 and answers[0] is True and answers[1] is not True


def _as_list(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _identical(left: object, right: object) -> bool:
    if isinstance(left, Opaque) and isinstance(right, Opaque):
        return left.number == right.number
    singletons = (None, True, False, Ellipsis, NotImplemented)
    if any(left is one or right is one for one in singletons):
        return left is right
    return type(left) is type(right) and left == right


def _opaque_in(value: object) -> bool:
    if isinstance(value, Opaque | Anything | Approximately):
        return True
    if isinstance(value, dict):
        return any(map(_opaque_in, value.values())) or any(map(_opaque_in, value))
    if isinstance(value, list | tuple | set | frozenset):
        return any(map(_opaque_in, value))
    return False


def _mentions_sealed(encoded: object) -> bool:
    if not isinstance(encoded, list):
        return False
    if encoded and encoded[0] == "sealed":
        return True
    return any(map(_mentions_sealed, encoded))


def _sendable(value: object) -> object:
    return value if isinstance(value, list) and value[:1] == ["canary"] else encode(value)
