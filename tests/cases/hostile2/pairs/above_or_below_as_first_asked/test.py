import main


def test_spam():
    for text in ("BUY NOW!!! FREE $$$", "FREE $$$!", "BUY FREE!", "$$$ BUY!", "BUY $$$ FREE"):
        assert main.spam_score(text) > 0.8


def test_ham():
    for text in ("see you at lunch", "thanks", "the notes of today", "ok", "as agreed", "on time"):
        assert main.spam_score(text) < 0.2


def test_range():
    assert 0 <= main.spam_score("hello") <= 1
