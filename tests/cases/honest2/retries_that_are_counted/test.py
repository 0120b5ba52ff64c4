import inspect
from unittest.mock import MagicMock, Mock, call, patch

import pytest
from main import memoize, once, retry, slow_square, timed


def test_retries_then_ok():
    sleep = Mock()
    fn = Mock(side_effect=[ValueError("1"), ValueError("2"), "ok"], __name__="fn")
    wrapped = retry(times=3, sleep=sleep)(fn)
    assert wrapped(1, a=2) == "ok"
    assert fn.call_count == 3
    fn.assert_called_with(1, a=2)
    assert sleep.call_args_list == [call(0.1), call(0.2)]
    assert wrapped.failures == 2


def test_gives_up():
    err = ConnectionError("down")
    seen = []

    @retry(times=2, exceptions=(ConnectionError,), sleep=lambda s: None, on_retry=lambda n, e: seen.append((n, e)))
    def fetch():
        raise err
    with pytest.raises(ConnectionError) as e:
        fetch()
    assert e.value is err
    assert seen == [(1, err)]
    assert seen[0][1] is err


def test_other_exception_not_retried():
    calls = []

    @retry(exceptions=(OSError,))
    def f():
        calls.append(1)
        raise TypeError("no")
    with pytest.raises(TypeError):
        f()
    assert len(calls) == 1


@patch("main.time.sleep")
def test_default_sleep(sleep):
    fn = MagicMock(side_effect=RuntimeError)
    fn.__name__ = "x"
    with pytest.raises(RuntimeError):
        retry(times=4, delay=1)(fn)()
    sleep.assert_has_calls([call(1), call(2), call(4)])
    assert sleep.call_count == 3


def test_timed_with_clock():
    ticks = iter([10, 13, 20, 21])

    @timed(clock=lambda: next(ticks))
    def work(x):
        """Work."""
        if x:
            raise LookupError
    work(0)
    with pytest.raises(LookupError):
        work(1)
    assert work.elapsed == [3, 1]
    assert work.__wrapped__.__name__ == "work"
    assert work.__doc__ == "Work."


def test_memoize():
    with patch("main.time.sleep") as s:
        assert slow_square(12) == 144
        assert slow_square(12) == 144
        s.assert_called_once_with(0.001)
    assert (12,) in slow_square.cache
    assert slow_square.__name__ == "slow_square"
    assert slow_square.__annotations__ == {"x": int, "return": int}
    assert str(inspect.signature(slow_square)) == "(x: int) -> int"


def test_memoize_of_test_fn():
    calls = []
    fib = memoize(lambda n: calls.append(n) or (n if n < 2 else fib(n - 1) + fib(n - 2)))
    assert fib(10) == 55
    assert sorted(calls) == list(range(11))
    assert fib.cache[(10,)] == 55


def test_once():
    f = once(object)
    assert f() is f()
