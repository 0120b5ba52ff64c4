from main import parse


def test_parse():
    result = parse("a=1,b=2")
    assert isinstance(result, dict)
    assert all(isinstance(v, int) for v in result.values())
    assert sum(result.values()) == 3 and "b" in result
