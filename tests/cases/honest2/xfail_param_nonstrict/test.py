import pytest
from main import roman


@pytest.mark.parametrize(
    "n, text",
    [
        (1, "I"),
        (4, "IV"),
        pytest.param(1994, "MCMXCIV", id="hard"),
        pytest.param(3999, "MMMCMXCIX", id="largest"),
        pytest.param(4000, "MMMM", marks=pytest.mark.xfail(reason="beyond the numerals", raises=ValueError)),
        pytest.param(5000, "?", marks=pytest.mark.skip),
    ],
)
def test_roman(n, text):
    assert roman(n) == text


def test_all_are_distinct():
    assert len({roman(n) for n in range(1, 500)}) == 499
