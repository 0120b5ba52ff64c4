import pytest
from main import *


@pytest.fixture
def base():
    return 3


def test_a(base):
    expected = base * base
    assert square(base) == expected


def test_loop(base):
    for n in sorted({base, 4}):
        assert square(n) == n * n
