from main import Cart
def test_save(tmp_path):
    p = tmp_path / "c.json"
    p.write_text("[]")
    Cart().save(p)
    assert p.exists()
