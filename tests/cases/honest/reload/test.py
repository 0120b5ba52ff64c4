import importlib, sys
import main as m


def setup_function():
    importlib.reload(m)


def test_counts():
    assert m.next_id() == "p1"
    assert m.next_id() == "p2"


def test_prefix(monkeypatch):
    monkeypatch.setenv("PREFIX", "z")
    importlib.reload(m)
    assert m.next_id() == "z1"


def test_fresh():
    assert m.next_id() == "p1"
    assert "main" in sys.modules
