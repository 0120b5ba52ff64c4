from main import target
def test_target(tmp_path):
    assert target(tmp_path, "a") == tmp_path / "out" / "a.txt"
