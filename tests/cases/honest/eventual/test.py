import time
import pytest
from main import Cache, Job


def test_cache():
    c = Cache(0.03)
    c.set("a", 1)
    assert c.get("a") == 1
    time.sleep(0.05)
    assert c.get("a") is None
    assert c.get("b", 7) == 7


def test_job():
    j = Job()
    j.start()
    assert j.done.wait(2)


def test_retrying():
    j = Job()
    j.start()
    for _ in range(100):
        try:
            assert j.done.is_set()
            break
        except AssertionError:
            time.sleep(0.01)
    else:
        pytest.fail("never done")
    assert Cache(1).get("x") is None
