import time
import warnings

import pytest

from main import work


def test_result():
    assert work(5) == 15


def test_takes_time_and_warns():
    start = time.perf_counter()
    with pytest.warns(UserWarning, match="slow"):
        assert work(4, slow=True) == 10
    assert time.perf_counter() - start >= 0.05


def test_quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert work(1) == 1
