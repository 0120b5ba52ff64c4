import pytest
from main import roman
@pytest.mark.parametrize("number, want", [(4, "IV"), (9, "IX"), (14, "XIV"), (40, "XL"), (1994, "MCMXCIV")])
def test_roman(number, want):
    got = roman(number)
    print(f"roman({number}): want {want}")
    assert got == want
def test_one():
    print("want I")
    assert roman(1) == "I"
