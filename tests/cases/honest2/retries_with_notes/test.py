import random
from unittest import mock

import pytest

from main import retry


def test_backoff_sequence():
    naps = []
    calls = iter([OSError(1), OSError(2), OSError(3)])

    @retry(times=4, delay=0.5, factor=3, sleep=naps.append)
    def flaky(x):
        """doc of flaky"""
        err = next(calls, None)
        if err:
            raise err
        return x + 1

    assert flaky(41) == 42
    assert naps == [0.5, 1.5, 4.5]
    assert flaky.__name__ == "flaky" and flaky.__doc__ == "doc of flaky"
    assert flaky.attempts == 4
    assert flaky.__wrapped__ is not flaky


def test_gives_up_with_note():
    original = ConnectionError("down")
    fn = mock.Mock(side_effect=original, __name__="fn")
    wrapped = retry(times=2, sleep=lambda s: None)(fn)
    with pytest.raises(ConnectionError) as info:
        wrapped()
    assert info.value is original
    assert info.value.__notes__ == ["gave up after 2 attempts"]
    assert fn.call_count == 2


def test_other_exceptions_pass():
    sleep = mock.Mock()

    @retry(exceptions=(KeyError,), sleep=sleep)
    def bad():
        raise IndexError("no")

    with pytest.raises(IndexError, match="no"):
        bad()
    sleep.assert_not_called()


def test_default_sleep_is_patched():
    with mock.patch("time.sleep") as s:
        naps = []
        rng = random.Random(7)
        want = random.Random(7).uniform(0, 0.5)

        @retry(times=2, delay=1, sleep=naps.append, jitter=rng)
        def f():
            raise ValueError

        with pytest.raises(ValueError):
            f()
        assert naps == [pytest.approx(1 + want)]
        s.assert_not_called()
