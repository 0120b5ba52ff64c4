import pytest

from main import double

CASES = [(1, 2), (5, 10), (0, 0), (-3, -6)]


def test_all_cases():
    inputs = [given for given, _ in CASES]
    wanted = [expected for _, expected in CASES]
    for got, expected in zip(map(double, inputs), wanted):
        assert got == expected
