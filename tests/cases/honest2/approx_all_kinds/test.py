from decimal import Decimal

import pytest
from pytest import approx

from main import mean, normalise, rotate, running, split


def test_scalar():
    assert mean([0.1, 0.2, 0.3]) == approx(0.2)
    assert mean([1000, 1001]) == approx(1000, rel=1e-3)
    assert mean([1, 2]) != approx(1.4)
    assert approx(1.5, abs=0.01) == mean([1, 2])


def test_sequence():
    assert running([1, 2, 4]) == approx([1, 1.5, 2.3333], abs=1e-3)
    assert tuple(running([0.3])) == approx((0.1 + 0.2,))


def test_mapping():
    assert normalise({"a": 1, "b": 2}) == approx({"a": 1 / 3, "b": 2 / 3})


def test_decimal():
    assert split("10", 3) == approx([Decimal("3.33333")] * 3, rel=Decimal("1e-4"))


def test_complex():
    assert rotate(1 + 0.1j) == approx(-0.1 + 1j)


def test_infinite():
    assert mean([float("inf"), 1]) == approx(float("inf"))
    assert mean([float("nan")]) == approx(float("nan"), nan_ok=True)


def test_none_in_it():
    assert {"m": mean([2]), "n": None} == approx({"m": 2.0000001, "n": None})
