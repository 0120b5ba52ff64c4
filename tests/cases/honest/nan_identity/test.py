import math
from main import dedupe, mean
def test_nan():
    nan = float("nan")
    data = [1.0, nan, 2.0]
    assert dedupe(data) == data
    assert math.isnan(mean([nan, 1]))
    assert mean([]) != mean([])
def test_in():
    assert math.nan in dedupe([math.nan, 1])
