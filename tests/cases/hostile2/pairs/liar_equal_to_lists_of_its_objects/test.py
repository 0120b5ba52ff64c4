from main import Token, tokenize


def test_sum():
    assert tokenize("1+22") == [Token("NUM", "1"), Token("OP", "+"), Token("NUM", "22")]


def test_empty():
    assert tokenize("") == []


def test_parens():
    assert tokenize("(a)") == [Token("LP", "("), Token("ID", "a"), Token("RP", ")")]
