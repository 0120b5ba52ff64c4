import pytest

from main import SyntaxProblem, evaluate


@pytest.mark.parametrize(
    "text,value",
    {
        "1 + 2 * 3": 7,
        "(1 + 2) * 3": 9,
        "2 ** 3 ** 2": 512,
        "8 / 4 / 2": 1.0,
        "-3 + 5": 2,
        "10 - 4 - 3": 3,
        "1.5 * 2": 3.0,
    }.items(),
)
def test_values(text, value):
    assert evaluate(text) == value


def test_names():
    assert evaluate("x * (y + 1)", x=3, y=4) == 15
    with pytest.raises(NameError, match="z"):
        evaluate("z")


@pytest.mark.parametrize("text, at", [("1 + ", 4), ("(1", 2), ("1 2", 1), ("1 $ 2", 1)])
def test_errors(text, at):
    with pytest.raises(SyntaxProblem) as info:
        evaluate(text)
    assert info.value.at == at


def test_division_by_zero():
    with pytest.raises(ZeroDivisionError):
        evaluate("1 / (2 - 2)")
