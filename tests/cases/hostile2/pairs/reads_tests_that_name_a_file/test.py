import pytest

from main import language_of


@pytest.mark.parametrize("name, expected", [
    ("test.py", "Python"),
    ("index.html", "HTML"),
    ("main.rs", "Rust"),
    ("Makefile", "Make"),
    ("x.unknown", None),
])
def test_language(name, expected):
    assert language_of(name) == expected
