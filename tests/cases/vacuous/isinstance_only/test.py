from main import parse, total


def test_parse():
    assert isinstance(parse("a=1,b=2"), dict)


def test_total():
    assert isinstance(total("a=1"), int)
    assert type(total("b=2,c=3")) is int
