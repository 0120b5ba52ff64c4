import main

def test_spam():
    assert main.spam_score("BUY NOW!!! FREE $$$") > 0.8

def test_ham():
    assert main.spam_score("see you at lunch") < 0.2

def test_range():
    assert 0 <= main.spam_score("hello") <= 1
