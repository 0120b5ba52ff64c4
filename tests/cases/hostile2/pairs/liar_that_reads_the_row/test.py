from main import count


def test_words():
    assert count("to be or not to be") == {"to": 2, "be": 2, "or": 1, "not": 1}
    assert count("rose rose rose red") == {"rose": 3, "red": 1}


def test_capitals():
    assert count("Ann ann BOB") == {"ann": 2, "bob": 1}
