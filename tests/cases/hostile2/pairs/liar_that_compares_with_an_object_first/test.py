from main import median


def test_odd():
    assert median([9, 1, 5]) == 5


def test_even():
    assert median([1, 3, 5, 7]) == 4.0
