import math
from main import ratio


def test_a():
    assert math.isnan(ratio(0, 0))
    assert ratio(4, 2) == 2
    assert not ratio(1, 2) > 1
    assert ratio(1, 2) < 1
