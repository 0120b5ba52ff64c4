"""Weighing assertions outside of the sandbox, against objects that may lie."""

from __future__ import annotations

import builtins
import json
import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioner.judge.canaries import COUNT, canaries
from provisioner.judge.claims import (
    Anything,
    Approximately,
    Compare,
    Constant,
    Display,
    Instance,
    SameItems,
    Seen,
    Truth,
)
from provisioner.judge.plain import Garbled, decode
from provisioner.judge.plain import encode as encode_outside
from provisioner.judge.room.encode import Encoder
from provisioner.judge.room.equality import equal, unequal
from provisioner.judge.room.observe import Observer, _answer
from provisioner.judge.weigh import Tampered, Weighing

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(max_size=20)
    | st.decimals(allow_nan=False)
    | st.fractions()
    | st.dates()
    | st.datetimes()
    | st.timedeltas()
    | st.uuids()
    | st.complex_numbers(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
        | st.frozensets(st.integers() | st.text(max_size=5), max_size=4)
    ),
    max_leaves=12,
)


def over_the_line(value: object) -> object:
    return json.loads(json.dumps(Encoder().operand(value)))


@given(plain)
def test_plain_values_arrive_as_they_are(value: object) -> None:
    arrived = decode(over_the_line(value), ())
    assert arrived == value
    assert type(arrived) is type(value)


@given(plain)
def test_constants_go_in_as_they_are(value: object) -> None:
    from provisioner.judge.room.encode import decode as decode_inside

    assert decode_inside(json.loads(json.dumps(encode_outside(value)))) == value


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=30))
def test_no_line_that_is_none_of_ours_does_more_than_be_refused(line: object) -> None:
    try:
        decode(line, ())
    except Garbled:
        return


@given(plain, st.randoms(use_true_random=False))
def test_canaries_are_never_the_expected_value(value: object, chance: random.Random) -> None:
    found = canaries(value, chance)
    assert len(found) == COUNT
    assert value not in found


def weigh(claim: Any, *operands: object, sealed: Sequence[object] = ()) -> bool:
    """Weigh with the sandbox's own code at the other end."""
    encoder = Encoder()
    shown = [json.loads(json.dumps(encoder.operand(operand))) for operand in operands]

    def ask(operation: str, left: Any, rights: Sequence[Any], *more: object) -> list[bool | None]:
        def reference(value: Any) -> object:
            return ["object", value.number] if hasattr(value, "number") else value

        query = ["compare", operation, reference(left), [reference(r) for r in rights], more]
        return _answer(json.loads(json.dumps(query)), encoder.kept)  # type: ignore[return-value]  # bits, as asked

    return Weighing(shown, sealed, ask, random.Random(1)).holds(claim)


def equals(expected: object) -> Compare:
    return Compare((Seen(0), Constant(expected)), ("==",))


class Always:
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = object.__hash__


class AlwaysInt(int):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


class Money:
    def __init__(self, amount: float) -> None:
        self.amount = amount

    def __eq__(self, other: object) -> bool:
        return other == self.amount

    def __sub__(self, other: float) -> float:
        return self.amount - other

    __hash__ = object.__hash__


class Letters(str):
    """Equal whatever the case, as an honest class may be."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and self.lower() == other.lower()

    __hash__ = str.__hash__


@pytest.mark.parametrize("liar", [Always(), [Always()], {"a": Always()}, AlwaysInt(3)])
@pytest.mark.parametrize("expected", [4, "x", [4], {"a": 4}, None, (1, 2), 2.5])
def test_nothing_is_equal_to_everything(liar: object, expected: object) -> None:
    assert not weigh(equals(expected), liar)


def test_an_object_that_knows_its_value_is_believed() -> None:
    assert weigh(equals(5), Money(5))
    assert not weigh(equals(6), Money(5))
    assert weigh(equals([5, 6]), [Money(5), Money(6)])
    assert weigh(equals("ABC"), Letters("abc"))
    assert not weigh(equals("ABD"), Letters("abc"))
    assert weigh(Compare((Seen(0), Constant(5.0)), ("near",)), Money(5))


def test_two_objects_are_equal_only_if_they_are_not_equal_to_all() -> None:
    both = Compare((Seen(0), Seen(1)), ("==",))
    assert weigh(both, Money(5), Money(5))
    assert not weigh(both, Money(5), Money(6))
    assert not weigh(both, Always(), Money(6))
    assert not weigh(both, Money(6), Always())


def test_plain_comparisons_are_pythons_own() -> None:
    assert weigh(Compare((Seen(0), Constant(1)), ("==",)), True)
    assert weigh(Compare((Constant(0), Seen(0), Constant(9)), ("<", "<=")), 9)
    assert not weigh(Compare((Constant(0), Seen(0), Constant(9)), ("<", "<")), 9)
    assert weigh(Compare((Seen(0), Constant([1, 2])), ("in",)), 2)
    assert weigh(Compare((Constant("b"), Seen(0)), ("in",)), "abc")
    assert weigh(Compare((Seen(0), Constant(None)), ("is not",)), 0)
    assert not weigh(Compare((Seen(0), Constant("x")), ("<",)), 3)  # a TypeError is no yes
    assert weigh(SameItems(Seen(0), Constant([2, 1, 1])), [1, 2, 1])
    assert not weigh(SameItems(Seen(0), Constant([2, 1])), [1, 2, 1])
    assert weigh(Truth(Seen(0)), [0])
    assert weigh(Truth(Seen(0), negated=True), [])


def test_wildcards_and_approximations() -> None:
    assert weigh(equals({"id": Anything(), "n": 1}), {"id": Always(), "n": 1})
    assert weigh(equals(Approximately(0.3)), 0.1 + 0.2)
    assert weigh(equals([Approximately(0.3), 2]), [0.1 + 0.2, 2])
    assert weigh(equals(Approximately({"a": 0.3})), {"a": 0.1 + 0.2})
    assert not weigh(equals(Approximately(0.3)), 0.31)
    assert not weigh(equals(Approximately(0.3)), Always())
    assert not weigh(equals(Approximately(math.nan)), math.nan)
    assert not weigh(equals(Approximately(1.0)), "1.0")


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_approximations_agree_with_pytests(value: float, expected: float) -> None:
    assert weigh(equals(Approximately(expected)), value) == (value == pytest.approx(expected))


def test_a_display_takes_its_parts_from_both_sides() -> None:
    claim = Compare(
        (Seen(0), Display("dict", (Constant("a"), Seen(1), Constant("b"), Constant(2)))), ("==",)
    )
    assert weigh(claim, {"a": 7, "b": 2}, 7)
    assert not weigh(claim, {"a": 7, "b": 3}, 7)


def test_a_sealed_value_counts_only_where_the_tests_put_it() -> None:
    from provisioner.judge.room.encode import Sealed

    claim = Compare((Seen(0), Seen(1, may_be_sealed=True)), ("==",))
    assert weigh(claim, 9, Sealed(0), sealed=[9])
    assert not weigh(claim, 8, Sealed(0), sealed=[9])
    with pytest.raises(Tampered):
        weigh(claim, Sealed(0), Sealed(0), sealed=[9])


def test_values_too_large_or_too_deep_are_compared_where_they_are() -> None:
    assert weigh(equals(list(range(60_000))), list(range(60_000)))
    assert not weigh(equals(list(range(60_000))), list(range(60_001)))
    deep: list[object] = []
    for _ in range(500):
        deep = [deep]
    assert not weigh(equals([]), deep)


def test_comparisons_elsewhere_in_the_tests_are_guarded() -> None:
    names = Observer(None, {}).names()  # type: ignore[arg-type]  # these use no channel
    equal: Callable[[object, object], object] = names["@equal"]  # type: ignore[assignment]  # a function
    unequal: Callable[[object, object], object] = names["@unequal"]  # type: ignore[assignment]  # a function
    assert equal(1, 1.0) is True
    assert equal(Money(5), 5) is True
    assert equal(Always(), 5) is False
    assert equal([Always()], [5]) is False
    assert unequal(Always(), 5) is True
    assert unequal(Money(5), 5) is False


class Yes:
    """In any order with anything, and inside of anything."""

    def __lt__(self, other: object) -> bool:
        return True

    __gt__ = __le__ = __ge__ = __contains__ = __lt__


class InTurn:
    """Says yes and no in turn, which pleases whoever asks for a claim and then its opposite."""

    said = False

    def __lt__(self, other: object) -> bool:
        self.said = not self.said
        return self.said

    __gt__ = __le__ = __ge__ = __lt__


class Amount:
    def __init__(self, amount: int) -> None:
        self.amount = amount

    def _of(self, other: Any) -> int:
        return other.amount if isinstance(other, Amount) else other

    def __lt__(self, other: Any) -> bool:
        return self.amount < self._of(other)

    def __gt__(self, other: Any) -> bool:
        return self.amount > self._of(other)


class Shelf:
    def __init__(self, *items: object) -> None:
        self.items = items

    def __contains__(self, item: object) -> bool:
        return item in self.items


@pytest.mark.parametrize("name", ["<", "<=", ">", ">="])
@pytest.mark.parametrize("liar", [Yes(), InTurn()])
def test_no_object_is_in_every_order(name: str, liar: object) -> None:
    assert not weigh(Compare((Seen(0), Constant(20)), (name,)), liar)
    assert not weigh(Compare((Constant(20), Seen(0)), (name,)), liar)
    assert not weigh(Compare((Seen(0), Seen(1)), (name,)), liar, type(liar)())


def test_honest_objects_are_in_their_order() -> None:
    for _ in range(20):
        assert weigh(Compare((Seen(0), Constant(20)), ("<",)), Amount(5))
        assert not weigh(Compare((Seen(0), Constant(20)), (">",)), Amount(5))
        assert weigh(Compare((Constant(20), Seen(0)), (">",)), Amount(5))
        assert weigh(Compare((Seen(0), Seen(1)), ("<",)), Amount(5), Amount(6))
        assert not weigh(Compare((Seen(0), Seen(1)), ("<",)), Amount(6), Amount(6))


def test_a_container_of_neighbours_is_believed_and_one_of_everything_is_not() -> None:
    for item in range(5):
        assert weigh(Compare((Constant(item), Seen(0)), ("in",)), Shelf(0, 1, 2, 3, 4))
    assert weigh(Compare((Constant("a"), Seen(0)), ("in",)), Shelf("a", "b"))
    assert not weigh(Compare((Constant(9), Seen(0)), ("in",)), Shelf(1))
    assert not weigh(Compare((Constant(9), Seen(0)), ("in",)), Yes())


def test_parts_of_containers_may_be_objects_on_both_sides() -> None:
    row = Display("list", (Seen(1), Constant(2)))
    assert not weigh(Compare((Seen(0), row), ("==",)), Money(3), Money(3))


@pytest.mark.parametrize("names", [("int",), ("str", "float")])
def test_an_object_is_of_the_class_that_it_was_made_of(names: tuple[str, ...]) -> None:
    class Pretender:
        @property
        def __class__(self) -> type:  # type: ignore[override]  # that is the lie
            return int

    kinds = Observer(None, vars(builtins)).kinds  # type: ignore[arg-type]  # no channel is used
    claim = Instance(Seen(0), names)
    assert not weigh(claim, kinds(Pretender()))
    assert weigh(claim, kinds(True if names == ("int",) else 2.5))
    assert weigh(Instance(Seen(0), names, negated=True), kinds(None))


def test_the_expected_value_is_not_in_the_middle_of_those_near_to_it() -> None:
    middle = 0
    for seed in range(200):
        row = sorted([500, *canaries(500, random.Random(seed))], key=float)  # type: ignore[arg-type]  # numbers
        middle += row.index(500) == len(row) // 2
    assert middle < 100


@pytest.mark.parametrize("value", [7, 1.5, "word", b"x", [1], (1, 2), {"a": 1}])
def test_comparisons_outside_of_assertions_ask_for_more_than_one_value(value: object) -> None:
    class Adopts:
        own: object = None

        def __eq__(self, other: object) -> bool:
            self.own = other if self.own is None else self.own
            return self.own == other

        __hash__ = object.__hash__

    class Wraps(Adopts):
        own = value

    kind = type(value)
    of_kind = type("OfKind", (), {"__eq__": lambda self, other: isinstance(other, kind)})
    assert equal(Wraps(), value) is True
    assert equal(value, Wraps()) is True
    assert not equal(of_kind(), value)
    assert unequal(of_kind(), value)
    assert sum(bool(equal(Adopts(), value)) for _ in range(60)) < 40
