import pytest

from main import parse


def test_bad():
    with pytest.raises(ValueError) as info:
        parse("x")
    assert str(info.value) == "not a number: 'x'"
    assert info.value.args == ("not a number: 'x'",)
