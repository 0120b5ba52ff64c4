import pytest

from main import square

CASES = []


def test_cases():
    for n, wanted in CASES:
        assert square(n) == wanted


def test_filtered():
    for n in [n for n in range(5) if n > 10]:
        assert square(n) == 0


def test_zip():
    for n, wanted in zip([1, 2, 3], []):
        assert square(n) == wanted
