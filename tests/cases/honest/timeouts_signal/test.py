import time, pytest
from main import limited, TimeoutExpired, debounce


def test_fast():
    n = sum(range(5))
    assert limited(2, sum, range(5)) == n


def test_slow():
    with pytest.raises(TimeoutExpired):
        limited(0.05, time.sleep, 5)


def test_debounce():
    assert debounce([1, 2, 3]) == 3
    assert debounce([]) is None
