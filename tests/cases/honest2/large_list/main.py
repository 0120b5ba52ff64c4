from collections import Counter


def squares(n):
    return [i * i for i in range(n)]


def invert(mapping):
    return {v: k for k, v in mapping.items()}


def top(words, n):
    return Counter(words).most_common(n)


def unique(items):
    return list(dict.fromkeys(items))
