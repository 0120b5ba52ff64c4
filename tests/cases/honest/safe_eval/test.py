import pytest
from main import calc, CalcError
def test_ok():
    assert calc("1+2*3") == 7
    assert calc("sqrt(16)") == 4
def test_bad():
    with pytest.raises(CalcError):
        calc("__import__('os')")
    with pytest.raises(CalcError, match="bad"):
        calc("1+")
