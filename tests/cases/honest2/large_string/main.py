import hashlib


def repeat(text, n):
    return text * n


def digest(data):
    return hashlib.sha256(data).hexdigest()


def count_lines(text):
    return text.count("\n")


def tail(text, n):
    return text[-n:]
