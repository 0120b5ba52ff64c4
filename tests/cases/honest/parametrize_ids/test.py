import pytest
from main import to_roman, from_roman

CASES = [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (1994, "MCMXCIV"), (3999, "MMMCMXCIX")]


@pytest.mark.parametrize("number, roman", CASES, ids=[r for _, r in CASES])
def test_to(number, roman):
    assert to_roman(number) == roman


@pytest.mark.parametrize(("number", "roman"), CASES)
def test_from(number, roman):
    assert from_roman(roman) == number


@pytest.mark.parametrize("bad", [0, -1, 4000])
def test_out_of_range(bad):
    with pytest.raises(ValueError, match="out of range"):
        to_roman(bad)


@pytest.mark.parametrize("n", range(1, 200, 13))
def test_round_trip(n):
    assert from_roman(to_roman(n)) == n


@pytest.mark.parametrize("a", [1, 2])
@pytest.mark.parametrize("b", [10, 20])
def test_grid(a, b):
    assert from_roman(to_roman(a + b)) == a + b
