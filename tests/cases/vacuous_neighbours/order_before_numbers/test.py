from main import score


def test_long_words_score_more():
    assert score("abc") > 5
    assert score("zz") >= 52


def test_short_words_score_less():
    assert score("a") < 2
