import pytest
from main import leap
def test_years(subtests):
    for y, want in [(2000, True), (1900, False), (2024, True), (2023, False)]:
        with subtests.test(msg="year", y=y):
            assert leap(y) is want
@pytest.mark.parametrize("y", range(1996, 2100, 4))
def test_fours(y):
    assert leap(y)
