from main import Approx, Like, Mod


def test_approx():
    assert 1.005 == Approx(1)
    assert not 1.5 == Approx(1)
    assert [1.001, 2.001] == [Approx(1), Approx(2)]
    assert Approx(5, tolerance=1) != 7


def test_like():
    assert "abc123" == Like(r"[a-z]+\d+")
    assert {"id": "x1"} == {"id": Like(r"x\d")}
    assert not "ABC" == Like("[a-z]+")
    assert not "abc1x" == Like(r"[a-z]+\d+")
    assert Like("a") != 5


def test_mod():
    assert Mod(9, 7) == 2
    assert Mod(9, 7) == 16
    assert Mod(9, 7) != 3
    assert Mod(3, 7) ** 2 == Mod(2, 7)
