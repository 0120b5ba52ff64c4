import itertools

import pytest

from main import count_calls, retry, timed, validated


def test_timed():
    clock = itertools.count(0, 5).__next__

    @timed(clock=clock)
    def work(n):
        """Works."""
        return n + 1

    assert work(1) == 2 and work(n=2) == 3
    assert work.times == [5, 5]
    assert (work.__name__, work.__doc__) == ("work", "Works.")
    assert work.__wrapped__(9) == 10


def test_timed_out_and_errors():
    out = []

    @timed(out=out)
    def bad():
        raise KeyError("x")

    with pytest.raises(KeyError):
        bad()
    assert len(out) == 1 and bad.times == []


def test_retry():
    seen = []

    @retry(3, ValueError)
    def flaky(limit):
        seen.append(len(seen))
        if len(seen) < limit:
            raise ValueError(len(seen))
        return "done"

    assert flaky(3) == "done"
    assert seen == [0, 1, 2]
    with pytest.raises(ValueError, match="6"):
        flaky(99)

    @retry(5, ValueError)
    def other():
        seen.append("other")
        raise TypeError

    with pytest.raises(TypeError):
        other()
    assert seen.count("other") == 1


def test_validated():
    @validated(n=lambda n: n > 0, unit=lambda u: u in ("m", "km"))
    def show(n, unit="m"):
        return f"{n}{unit}"

    assert show(3) == "3m" and show(n=1, unit="km") == "1km"
    with pytest.raises(ValueError, match="bad unit: 'yd'"):
        show(1, "yd")
    with pytest.raises(TypeError):
        show()


def test_count_calls_on_methods():
    class Greeter:
        @count_calls
        def hello(self, name):
            return f"hello {name}"

    assert Greeter().hello("a") == "hello a"
    assert Greeter().hello("b") == "hello b"
    assert Greeter.hello.calls == 2
    assert Greeter.hello.__name__ == "hello"
