import math
import pytest
from main import mean, stdev, normalize


def test_mean():
    assert mean([1, 2, 3, 4]) == pytest.approx(2.5)
    assert mean([0.1] * 10) == pytest.approx(0.1, rel=1e-9)


def test_stdev():
    assert stdev([2, 4, 4, 4, 5, 5, 7, 9]) == pytest.approx(2.0)
    assert math.isclose(stdev([1, 3]), 1.0, rel_tol=1e-9)


def test_normalize():
    assert normalize([3, 4]) == pytest.approx([0.6, 0.8])
    assert sum(x * x for x in normalize([1, 2, 2])) == pytest.approx(1)
    assert stdev([5, 5]) == 0


def test_empty():
    with pytest.raises(ValueError):
        mean([])
