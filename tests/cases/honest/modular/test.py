from main import Mod
def test_mod():
    assert Mod(3, 7) + Mod(5, 7) == 1
    assert Mod(3, 7) * Mod(5, 7) == 15
    assert Mod(2, 5) - Mod(4, 5) == Mod(3, 5)
    assert Mod(3, 7) != 4
    assert Mod(10, 7) in [3, 5]
