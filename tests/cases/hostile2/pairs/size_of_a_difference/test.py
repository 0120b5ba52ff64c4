from main import standard_deviation, median


def test_deviation():
    assert abs(standard_deviation([2, 4, 4, 4, 5, 5, 7, 9]) - 2.0) < 1e-9


def test_median():
    assert abs(median([1, 3, 2]) - 2) < 1e-9
    assert abs(median([1, 2]) - 1.5) < 1e-9
