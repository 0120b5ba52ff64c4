import math

import pytest

from main import mean


def test_near():
    assert abs(mean([1, 2]) - 1.5) < 1e-9


def test_close():
    assert math.isclose(mean([1, 3]), 2.0)


def test_approx():
    assert mean([2, 2, 5]) == pytest.approx(3)


def test_order():
    assert 1 < mean([1, 2]) < 2
