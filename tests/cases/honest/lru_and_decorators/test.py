import pytest
from unittest.mock import Mock
from main import retry, memo, compose


def test_retry_succeeds():
    calls = {"n": 0}

    @retry(3)
    def flaky():
        """doc"""
        calls["n"] += 1
        if calls["n"] < 3:
            raise ValueError
        return "ok"

    assert flaky() == "ok"
    assert calls["n"] == 3
    assert flaky.__name__ == "flaky" and flaky.__doc__ == "doc"


def test_retry_fails():
    f = Mock(side_effect=KeyError("k"), __name__="f")
    with pytest.raises(KeyError):
        retry(2, (KeyError,))(f)()
    assert f.call_count == 2


def test_memo():
    f = Mock(return_value=5)
    g = memo(f)
    assert g(1) == 5 and g(1) == 5 and g(2) == 5
    assert f.call_count == 2
    assert set(g.cache) == {(1,), (2,)}


def test_compose():
    assert compose(str, lambda x: x + 1)(4) == "5"
