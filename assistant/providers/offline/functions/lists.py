"""Rules about the places of a list's items."""

from __future__ import annotations

import bisect
import itertools
from typing import Any

from assistant.providers.offline.functions.rule import Rule, case, refused


def reverse_list(items: list[Any]) -> list[Any]:
    """The items from the last to the first, in a new list."""
    return items[::-1]


def running_total(numbers: list[float]) -> list[float]:
    """For each place the sum of all up to it."""
    totals = []
    total: float = 0
    for number in numbers:
        total += number
        totals.append(total)
    return totals


def is_sorted(items: list[Any]) -> bool:
    """Whether no item is followed by a smaller one."""
    return all(a <= b for a, b in itertools.pairwise(items))


def flatten(lists: list[list[Any]]) -> list[Any]:
    """The items of all lists in one."""
    return [item for items in lists for item in items]


def chunk(items: list[Any], size: int) -> list[list[Any]]:
    """Lists of that many items, the last one shorter. Raises ValueError for sizes below 1."""
    if size < 1:
        raise ValueError("must be at least 1")
    return [items[start : start + size] for start in range(0, len(items), size)]


def rotate(items: list[Any], steps: int) -> list[Any]:
    """The items moved to the right, from the end on to the start."""
    if not items:
        return []
    cut = -steps % len(items)
    return items[cut:] + items[:cut]


def rotate_left(items: list[Any], steps: int) -> list[Any]:
    """The items moved to the left, from the start on to the end."""
    if not items:
        return []
    cut = steps % len(items)
    return items[cut:] + items[:cut]


def intersection(a: list[Any], b: list[Any]) -> list[Any]:
    """The items of the first that are in the second, each once, in the order of the first."""
    return [item for item in dict.fromkeys(a) if item in b]


def merge_sorted(a: list[Any], b: list[Any]) -> list[Any]:
    """The items of two sorted lists in one sorted list."""
    merged = []
    i = j = 0
    while i < len(a) and j < len(b):
        if a[i] <= b[j]:
            merged.append(a[i])
            i += 1
        else:
            merged.append(b[j])
            j += 1
    return merged + a[i:] + b[j:]


def binary_search(items: list[Any], target: Any) -> int:
    """The first place of the target in a sorted list, -1 where it is not in it."""
    place = bisect.bisect_left(items, target)
    return place if place < len(items) and items[place] == target else -1


def transpose(rows: list[list[Any]]) -> list[list[Any]]:
    """The columns of a rectangular table as its rows."""
    return [list(column) for column in zip(*rows, strict=True)]


LIST_RULES = (
    Rule(
        reverse_list, ("revers",),
        "array sequence order new",
        (case([1, 2, 3], is_=[3, 2, 1]), case([], is_=[]), case([1], is_=[1])),
    ),
    Rule(
        running_total, ("running|cumulative|prefix", "sum|total"),
        "array sequence sums totals",
        (case([1, 2, 3], is_=[1, 3, 6]), case([], is_=[]), case([5, -5, 2], is_=[5, 0, 2])),
    ),
    Rule(
        is_sorted, ("sorted|order",),
        "array sequence check checks ascending increasing",
        (case([1, 2, 3], is_=True), case([2, 1], is_=False), case([], is_=True),
         case([1, 1], is_=True), case([1, 3, 2], is_=False)),
    ),
    Rule(
        flatten, ("flatten|flat|nested",),
        "array sequence lists one level",
        (case([[1, 2], [3]], is_=[1, 2, 3]), case([], is_=[]), case([[], [1], []], is_=[1])),
    ),
    Rule(
        chunk, ("chunk|batch|split|group",),
        "array sequence empty raise raises valueerror size lists sublists last shorter "
        "most length below 1",
        (case([1, 2, 3, 4, 5], 2, is_=[[1, 2], [3, 4], [5]]), case([], 3, is_=[]),
         case([1, 2], 5, is_=[[1, 2]]), case([1, 2], 1, is_=[[1], [2]]), refused([1], 0),
         refused([1], -1)),
    ),
    Rule(
        rotate, ("rotat",),
        "array sequence right k n steps places positions",
        (case([1, 2, 3], 1, is_=[3, 1, 2]), case([1, 2, 3], 0, is_=[1, 2, 3]),
         case([], 2, is_=[]), case([1, 2, 3], 4, is_=[3, 1, 2]),
         case([1, 2, 3], -1, is_=[2, 3, 1])),
    ),
    Rule(
        rotate_left, ("rotat", "left"),
        "array sequence k n steps places positions",
        (case([1, 2, 3], 1, is_=[2, 3, 1]), case([1, 2, 3], 0, is_=[1, 2, 3]),
         case([], 2, is_=[]), case([1, 2, 3], 4, is_=[2, 3, 1])),
    ),
    Rule(
        intersection, ("intersect|common|shared",),
        "array sequence two both lists order first once occur",
        (case([1, 2, 3], [3, 1], is_=[1, 3]), case([], [1], is_=[]),
         case([1, 1, 2], [1], is_=[1]), case([1], [2], is_=[])),
    ),
    Rule(
        merge_sorted, ("merg|combin", "sorted"),
        "array sequence two lists one order ascending",
        (case([1, 3], [2, 4], is_=[1, 2, 3, 4]), case([], [1], is_=[1]), case([1], [], is_=[1]),
         case([1, 1], [1], is_=[1, 1, 1]), case([5, 6], [1, 2, 9], is_=[1, 2, 5, 6, 9])),
    ),
    Rule(
        binary_search, ("binary|search|index",),
        "array sequence target sorted position place -1 1 found missing present first "
        "search absent",
        (case([1, 3, 5], 3, is_=1), case([1, 3, 5], 1, is_=0), case([1, 3, 5], 5, is_=2),
         case([1, 3, 5], 4, is_=-1), case([], 1, is_=-1), case([1, 3, 5], 9, is_=-1),
         case([2, 2], 2, is_=0)),
    ),
    Rule(
        transpose, ("transpos",),
        "array sequence matrix rows columns table",
        (case([[1, 2], [3, 4]], is_=[[1, 3], [2, 4]]), case([], is_=[]),
         case([[1, 2, 3]], is_=[[1], [2], [3]]), refused([[1, 2], [3]])),
    ),
)  # fmt: skip
