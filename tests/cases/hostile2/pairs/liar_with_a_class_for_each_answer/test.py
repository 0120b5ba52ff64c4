import pytest

from main import Insufficient, total, withdraw


def test_total():
    assert total([("pen", 3, 120), ("ink", 1, 899)]) == 1259


def test_needed():
    with pytest.raises(Insufficient) as info:
        withdraw(balance=20, amount=45)
    assert info.value.needed == 25
    assert info.value.args == ("needs 25 more", 25)
