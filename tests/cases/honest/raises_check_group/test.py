import pytest
from main import run_all, fetch
def test_group():
    with pytest.raises(ExceptionGroup) as info:
        run_all([lambda: 1 / 0, lambda: int("x")])
    assert len(info.value.exceptions) == 2
    assert info.group_contains(ZeroDivisionError)
    assert not info.group_contains(KeyError)
def test_raisesgroup():
    with pytest.RaisesGroup(ZeroDivisionError, ValueError):
        run_all([lambda: 1 / 0, lambda: int("x")])
def test_check():
    with pytest.raises(OSError, check=lambda e: e.errno == 2):
        fetch("nope")
def test_fine():
    assert run_all([lambda: 1, lambda: 2]) == [1, 2]
