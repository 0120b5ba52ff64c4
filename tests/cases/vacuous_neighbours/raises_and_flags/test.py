from main import first_word


def test_no_text():
    refused = False
    try:
        first_word(None)
    except AttributeError:
        refused = True
    assert refused
