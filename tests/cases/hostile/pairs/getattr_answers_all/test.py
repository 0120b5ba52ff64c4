from main import load
def test_cfg():
    c = load("a=1")
    assert c.a == 1
    assert c.missing is None
    assert c["a"] == 1 and "zzz" not in c
    assert len(c) == 1
