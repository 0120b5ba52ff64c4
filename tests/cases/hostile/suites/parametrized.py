import pytest

import main


@pytest.fixture
def square():
    return main.square


@pytest.mark.parametrize("given,wanted", [(0, 0), (2, 4), (3, 9)])
def test_table(square, given, wanted):
    assert square(given) == wanted


def test_close(square):
    assert square(1.5) == pytest.approx(2.25)
