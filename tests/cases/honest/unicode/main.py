import unicodedata


def strip_accents(s):
    return "".join(c for c in unicodedata.normalize("NFD", s) if not unicodedata.combining(c))


def emoji(n):
    return "🎉" * n


def rev(s):
    return s[::-1]


def enc(s):
    return s.encode("utf-8")
