import pytest

from main import Condition, End, Field, Start, Work

AGE, NAME = Field("age"), Field("name")
ROWS = [{"name": "ann", "age": 30}, {"name": "bob", "age": 12}]


@pytest.mark.parametrize("condition, names", [
    (AGE > 18, ["ann"]),
    (AGE <= 12, ["bob"]),
    ((AGE > 10) & (NAME != "ann"), ["bob"]),
    (~(NAME == "bob"), ["ann"]),
    (18 < AGE, ["ann"]),
], ids=["more", "most", "both", "not", "turned"])
def test_filter(condition, names):
    assert isinstance(condition, Condition)
    assert [row["name"] for row in filter(condition, ROWS)] == names


def test_text():
    assert (AGE > 18).text == "age > 18"
    assert not (AGE > 18)({"age": 18})
    assert ((AGE == 1) & ~(NAME == "x")).text == "(age == 1 & ~name == 'x')"


def test_keywords_are_refused():
    with pytest.raises(TypeError, match="use & for both"):
        AGE > 10 and NAME == "ann"


def test_classes_have_operators():
    assert str(Start >> Work >> End) == "Start -> Work -> End"
    assert (Start >> End).steps == [Start, End]
