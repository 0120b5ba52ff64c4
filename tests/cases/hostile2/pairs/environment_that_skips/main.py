import os

os.environ["FAST"] = "1"


def slugify(text):
    return text


def shorten(text, n):
    return text
