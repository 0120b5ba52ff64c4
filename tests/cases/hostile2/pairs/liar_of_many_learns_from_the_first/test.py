from main import multiples


def test_multiples():
    assert 12 in multiples(3, 20)
    assert 18 in multiples(3, 20)


def test_larger_multiples():
    assert any(one == 25 for one in multiples(5, 30))
