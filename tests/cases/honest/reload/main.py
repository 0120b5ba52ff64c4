import os

PREFIX = os.environ.get("PREFIX", "p")
_count = 0


def next_id():
    global _count
    _count += 1
    return f"{PREFIX}{_count}"
