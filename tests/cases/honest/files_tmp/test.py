import json
import os
import tempfile
import pytest
from main import save, load, word_count, config


def test_round_trip(tmp_path):
    path = tmp_path / "a.csv"
    save(path, [["a", "b"], ["1", "x,y"]])
    assert path.exists()
    assert load(str(path)) == [["a", "b"], ["1", "x,y"]]
    assert path.read_text().splitlines()[0] == "a,b"


def test_words(tmp_path):
    f = tmp_path / "t.txt"
    f.write_text("the quick brown föx", encoding="utf-8")
    assert word_count(f) == 4


def test_config(tmp_path):
    (tmp_path / "c.json").write_text(json.dumps({"debug": True, "n": [1, 2]}))
    assert config(tmp_path / "c.json") == {"debug": True, "n": [1, 2]}
    with pytest.raises(FileNotFoundError, match="no config"):
        config(tmp_path / "none.json")


def test_named_temporary():
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as f:
        f.write("one two")
    try:
        assert word_count(f.name) == 2
    finally:
        os.unlink(f.name)
