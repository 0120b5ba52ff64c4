from main import IdMaker


def test_unique():
    maker = IdMaker()
    assert len({maker.next() for _ in range(10)}) == 10


def test_different():
    maker = IdMaker()
    assert maker.next() != maker.next()
