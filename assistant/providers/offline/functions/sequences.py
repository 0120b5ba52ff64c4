"""Rules about lists."""

from __future__ import annotations

import collections
import math
from typing import Any

from assistant.providers.offline.functions.rule import Rule, case, refused


def sum_of(numbers: list[float]) -> float:
    """The sum of all; 0 for none."""
    return sum(numbers)


def product_of(numbers: list[float]) -> float:
    """The product of all; 1 for none."""
    return math.prod(numbers)


def largest(numbers: list[float]) -> float:
    """The largest one. Raises ValueError where there is none."""
    return max(numbers)


def smallest(numbers: list[float]) -> float:
    """The smallest one. Raises ValueError where there is none."""
    return min(numbers)


def average(numbers: list[float]) -> float:
    """The arithmetic mean. Raises ValueError where there is none."""
    if not numbers:
        raise ValueError("there is no average of nothing")
    return sum(numbers) / len(numbers)


def average_or_zero(numbers: list[float]) -> float:
    """The arithmetic mean; 0 for an empty list."""
    return sum(numbers) / len(numbers) if numbers else 0


def median(numbers: list[float]) -> float:
    """The middle one, or the mean of the two in the middle. Raises ValueError for none."""
    if not numbers:
        raise ValueError("there is no median of nothing")
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2 == 1:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def most_common(items: list[Any]) -> Any:
    """The item that occurs most often, the first of several. Raises ValueError for none."""
    if not items:
        raise ValueError("there is no most common item of nothing")
    counts = collections.Counter(items)
    return max(counts, key=lambda item: counts[item])


def sort_ascending(items: list[Any]) -> list[Any]:
    """The items from the smallest to the largest, in a new list."""
    return sorted(items)


def sort_descending(items: list[Any]) -> list[Any]:
    """The items from the largest to the smallest, in a new list."""
    return sorted(items, reverse=True)


def unique(items: list[Any]) -> list[Any]:
    """Each item once, in the order of their first occurrence."""
    return list(dict.fromkeys(items))


def second_largest(numbers: list[float]) -> float:
    """The second largest of the different ones. Raises ValueError where there is none."""
    different = sorted(set(numbers))
    if len(different) < 2:
        raise ValueError("there must be two different numbers")
    return different[-2]


def evens(numbers: list[int]) -> list[int]:
    """The even ones, in their order."""
    return [number for number in numbers if number % 2 == 0]


def odds(numbers: list[int]) -> list[int]:
    """The odd ones, in their order."""
    return [number for number in numbers if number % 2 == 1]


def squares(numbers: list[float]) -> list[float]:
    """The square of each."""
    return [number * number for number in numbers]


def primes_up_to(n: int) -> list[int]:
    """All prime numbers up to n, n among them."""
    return [p for p in range(2, n + 1) if all(p % d for d in range(2, math.isqrt(p) + 1))]


SEQUENCE_RULES = (
    Rule(
        sum_of, ("sum|total|add",),
        "array sequence empty 0 zero",
        (case([1, 2, 3], is_=6), case([], is_=0), case([-1, 1], is_=0), case([2.5], is_=2.5)),
    ),
    Rule(
        product_of, ("product|multipl",),
        "array sequence empty 1 one together",
        (case([2, 3, 4], is_=24), case([], is_=1), case([-1, 5], is_=-5), case([7, 0], is_=0)),
    ),
    Rule(
        largest, ("largest|maximum|max|greatest|biggest|highest",),
        "array sequence empty raise raises valueerror",
        (case([1, 3, 2], is_=3), case([-5, -2], is_=-2), case([7], is_=7), refused([])),
    ),
    Rule(
        smallest, ("smallest|minimum|min|least|lowest",),
        "array sequence empty raise raises valueerror",
        (case([2, 1, 3], is_=1), case([-5, -2], is_=-5), case([7], is_=7), refused([])),
    ),
    Rule(
        average, ("average|mean",),
        "array sequence empty raise raises valueerror arithmetic",
        (case([1, 2, 3], is_=2.0), case([1, 2], is_=1.5), case([5], is_=5.0),
         case([-1, 1], is_=0.0), refused([])),
    ),
    Rule(
        average_or_zero, ("average|mean", "empty", "0|zero"),
        "array sequence arithmetic 0.0",
        (case([1, 2, 3], is_=2.0), case([], is_=0), case([5], is_=5.0), case([1, 2], is_=1.5)),
    ),
    Rule(
        median, ("median",),
        "array sequence empty raise raises valueerror middle two",
        (case([3, 1, 2], is_=2), case([1, 2, 3, 4], is_=2.5), case([5], is_=5),
         case([4, 1, 3, 2, 5], is_=3), case([10, 2], is_=6.0), refused([])),
    ),
    Rule(
        most_common, ("mode|common|frequent|often",),
        "array sequence empty raise raises valueerror most occurs appears first tie",
        (case([1, 2, 2, 3], is_=2), case(["a"], is_="a"), case([3, 1, 3, 1], is_=3),
         refused([])),
    ),
    Rule(
        sort_ascending, ("sort|order",),
        "array sequence ascending smallest largest new sorted original order increasing",
        (case([3, 1, 2], is_=[1, 2, 3]), case([], is_=[]), case([2, 2, 1], is_=[1, 2, 2]),
         case(["b", "a"], is_=["a", "b"])),
    ),
    Rule(
        sort_descending, ("sort|order", "descending|decreasing|largest|reverse"),
        "array sequence first order smallest new",
        (case([3, 1, 2], is_=[3, 2, 1]), case([], is_=[]), case([2, 2, 1], is_=[2, 2, 1])),
    ),
    Rule(
        unique, ("unique|duplicate|distinct|once|deduplicat",),
        "array sequence remove removes removed without order preserve preserving keep "
        "keeping first original occurrence appearance only",
        (case([1, 2, 1, 3], is_=[1, 2, 3]), case([], is_=[]), case([2, 2], is_=[2]),
         case(["b", "a", "b"], is_=["b", "a"])),
    ),
    Rule(
        second_largest, ("second", "largest|greatest|highest|biggest"),
        "array sequence empty raise raises valueerror distinct different unique fewer "
        "two",
        (case([1, 3, 2], is_=2), case([5, 5, 4], is_=4), case([-1, -2], is_=-2),
         case([1, 2, 3, 4], is_=3), refused([1]), refused([2, 2])),
    ),
    Rule(
        evens, ("even", "only|filter|keep|even"),
        "array sequence new order",
        (case([1, 2, 3, 4], is_=[2, 4]), case([], is_=[]), case([0, -2, -1], is_=[0, -2]),
         case([1], is_=[])),
    ),
    Rule(
        odds, ("odd", "only|filter|keep|odd"),
        "array sequence new order",
        (case([1, 2, 3, 4], is_=[1, 3]), case([], is_=[]), case([0, -2, -1], is_=[-1]),
         case([2], is_=[])),
    ),
    Rule(
        squares, ("square",),
        "array sequence new squared",
        (case([1, 2, 3], is_=[1, 4, 9]), case([], is_=[]), case([-2, 0], is_=[4, 0])),
    ),
    Rule(
        primes_up_to, ("prime", "up|below|until|less|upto|sieve"),
        "array sequence n inclusive included equal less sieve eratosthenes",
        (case(10, is_=[2, 3, 5, 7]), case(1, is_=[]), case(2, is_=[2]), case(0, is_=[]),
         case(25, is_=[2, 3, 5, 7, 11, 13, 17, 19, 23])),
        largest=10_000,
    ),
)  # fmt: skip
