import threading

import pytest

import main


def test_result():
    t = main.ReturningThread(pow, 2, 10)
    t.start()
    assert t.join() == 1024
    assert isinstance(t, threading.Thread)


def test_exception():
    def bad(n):
        raise OverflowError(n)

    t = main.ReturningThread(bad, 7)
    t.start()
    with pytest.raises(OverflowError) as info:
        t.join()
    assert info.value.args == (7,)


def test_local():
    main.context.user = "me"
    assert main.as_user("ann") == ("ann", "me")
    assert main.context.user == "me"


def test_barrier():
    barrier = threading.Barrier(3, timeout=10)
    threads = [main.ReturningThread(barrier.wait) for _ in range(3)]
    for t in threads:
        t.start()
    assert sorted(t.join() for t in threads) == [0, 1, 2]
