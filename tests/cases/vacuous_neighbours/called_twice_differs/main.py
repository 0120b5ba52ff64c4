import itertools

_ids = itertools.count(1)


def new_id():
    return next(_ids)


def slug(text):
    return "-".join(text.lower().split())
