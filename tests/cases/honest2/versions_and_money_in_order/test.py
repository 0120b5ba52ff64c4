import math
import random

import pytest
from main import Money, Version


def test_sorting():
    want = ["1.0-alpha", "1.0-alpha.1", "1.0-alpha.beta", "1.0-beta.2", "1.0-beta.11", "1.0", "1.0.1", "1.10"]
    mixed = want[:]
    random.Random(3).shuffle(mixed)
    assert [str(v) for v in sorted(map(Version, mixed))] == want
    assert max(Version("1.2"), Version("1.10")) == "1.10"
    assert Version("2.0") >= Version("2.0") > "1.9"


def test_identity():
    assert len({Version("1.0"), Version("1.0"), Version("1.0-a")}) == 2
    assert repr(Version("1.2-rc.1")) == "Version('1.2-rc.1')"
    assert f"{Version('1.2.3'):short}|{Version('1.2.3'):>7}" == "1.2|  1.2.3"
    with pytest.raises(TypeError):
        Version("1") < 3
    assert (Version("1") == 1) is False


@pytest.mark.parametrize("part, want", [("major", "2.0.0"), ("minor", "1.3.0"), ("patch", "1.2.4")])
def test_bump(part, want):
    assert str(Version("1.2.3").bump(part)) == want


def test_money():
    assert sum([Money(150), Money(250)]) == Money(400)
    m = Money(1000)
    same = m
    m += 0.5
    assert same is m and m.cents == 1050
    assert [x.cents for x in m / 4] == [263, 263, 262, 262]
    assert abs(Money(-3)) == Money(3)
    assert (float(m), int(m), round(m, 1), math.floor(m), math.ceil(m)) == (10.5, 10, 10.5, 10, 11)
    assert hex(Money(255)) == "0xff"
    assert "abcdef"[Money(2)] == "c"
    assert not Money(0) and Money(1)
    assert m() == "10.50" and m("{:.0f} EUR") == "10 EUR"
    with pytest.raises(TypeError):
        hash(m)
