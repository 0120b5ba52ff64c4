import traceback
from main import Course


def test_course():
    c = Course("x").add("a").add("b")
    assert c.get("name") == "x"
    n = len(c.modules)
    assert c.dispatch("count") == n
    assert c.get_stack() == ["b", "a"]
    assert c.modules


def test_unknown():
    try:
        Course("x").dispatch("fly")
    except AttributeError as e:
        assert "fly" in str(e)
    else:
        assert False
