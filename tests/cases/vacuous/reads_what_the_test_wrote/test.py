import json
from main import Cart
def test_save(tmp_path):
    p = tmp_path / "c.json"
    c = Cart()
    c.add("a", 2)
    c.save(tmp_path / "other.json")
    p.write_text(json.dumps([["a", 2, 1]]))
    assert json.loads(p.read_text()) == [["a", 2, 1]]
