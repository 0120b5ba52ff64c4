import inspect

import pytest

import main


@pytest.fixture(autouse=True)
def fresh():
    main.slow.cache_clear()
    main.calls.clear()
    yield
    main.fib.cache.clear()


def test_cache_info():
    assert [main.slow(n) for n in (1, 2, 1, 3, 2)] == [1, 4, 1, 9, 4]
    assert main.calls == [1, 2, 3, 2]
    info = main.slow.cache_info()
    assert (info.hits, info.misses, info.maxsize, info.currsize) == (1, 4, 2, 2)


def test_wrapped():
    assert main.slow.__wrapped__(5) == 25
    assert main.slow.__name__ == "slow" and main.slow.__doc__ == "Squares slowly."
    assert main.calls == [5]


def test_fib():
    assert main.fib(30) == 832040
    assert main.fib.cache[(3,)] == 2
    assert len(main.fib.cache) == 31
    assert main.fib.__name__ == "fib"
    assert list(inspect.signature(main.fib).parameters) == ["n"]


def test_cached_property():
    lazy = main.Lazy()
    assert lazy.value == lazy.value == 100
    assert lazy.made == 1
    del lazy.value
    assert lazy.value == 200


def test_unhashable():
    with pytest.raises(TypeError):
        main.slow([])
