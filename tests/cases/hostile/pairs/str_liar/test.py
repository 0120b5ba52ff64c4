from main import slug


def test_a():
    assert slug("A B").startswith("a-")
    assert slug("A B").endswith("b")
    assert "-" in slug("A B")
    assert len(slug("A B")) == 3
    assert slug("A B").split("-") == ["a", "b"]
    assert slug("A B") in ("a-b", "a_b")


def test_b():
    assert not slug("")
