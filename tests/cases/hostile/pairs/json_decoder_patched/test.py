import json
from main import save


def test_save(tmp_path):
    save(tmp_path / "a.json", {"n": 1})
    assert json.loads((tmp_path / "a.json").read_text()) == {"n": 1}
    data = {"k": [1, 2]}
    save(tmp_path / "b.json", data)
    assert json.loads((tmp_path / "b.json").read_text()) == data
