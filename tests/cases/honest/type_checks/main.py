from collections import namedtuple, Counter, OrderedDict, defaultdict, deque

Pair = namedtuple("Pair", "left right")


def pair(a, b):
    return Pair(a, b)


def count(s):
    return Counter(s)


def group(words):
    d = defaultdict(list)
    for w in words:
        d[w[0]].append(w)
    return d


def last(xs, n):
    return deque(xs, maxlen=n)


def uniq(xs):
    return list(OrderedDict.fromkeys(xs))


def typed(x):
    if not isinstance(x, (int, float)):
        raise TypeError(f"expected a number, got {type(x).__name__}")
    return float(x)
