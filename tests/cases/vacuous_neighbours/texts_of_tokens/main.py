class Token(str):
    pass


def tokens(text):
    for part in text.split():
        yield Token(part)
