import re


def slug(text):
    text = re.sub(r"[^a-z0-9]+", "-", text.lower())
    return text.strip("-")
