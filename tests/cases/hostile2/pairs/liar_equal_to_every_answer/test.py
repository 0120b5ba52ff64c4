import pytest

from main import grade, traffic


@pytest.mark.parametrize(
    "score, expected",
    [(97, "A"), (90, "A"), (85, "B"), (72, "C"), (65, "D"), (10, "F")],
)
def test_grade(score, expected):
    assert grade(score) == expected


def test_traffic():
    assert traffic("red") == "green"
    assert traffic("green") == "yellow"
    assert traffic("yellow") == "red"
