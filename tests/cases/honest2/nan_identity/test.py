import math

import main


def test_first():
    assert main.first_valid([float("nan"), 3.0]) == 3.0
    assert main.first_valid([]) is main.NAN
    assert math.isnan(main.first_valid([main.NAN]))
    marker = object()
    assert main.first_valid([], marker) is marker


def test_lists_compare_by_identity():
    nan = float("nan")
    assert [nan] == [nan]
    assert nan not in main.clean([nan, 1.0])
    assert main.clean([nan, 1.0]) == [None, 1.0]
    assert main.first_valid([], nan) is nan


def test_missing():
    assert main.lookup({}, "a") is main.MISSING
    assert main.lookup({"a": None}, "a") is None


def test_same():
    nan = float("nan")
    assert main.same(nan, nan)
    assert not main.same(nan, float("nan"))
    assert main.same(main.NAN, main.NAN)
    assert main.same([], [])
