from main import render


def test_title():
    assert "<h1>Menu</h1>" in render("Menu", [])


def test_items():
    assert "<li>Soup</li>" in render("Menu", ["Soup"])
