from main import render_report


def golden(name):
    with open(f"golden/{name}.txt") as handle:
        return handle.read()


def test_small():
    assert render_report([("a", 1)]) == golden("small")


def test_large():
    assert render_report([("a", 1), ("b", 20)]) == golden("large")
