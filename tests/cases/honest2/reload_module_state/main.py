import os

LEVEL = int(os.environ.get("LEVEL", "1"))
_hits = {}


def hit(page):
    _hits[page] = _hits.get(page, 0) + LEVEL
    return _hits[page]


def best():
    return max(_hits, key=_hits.get, default=None)
