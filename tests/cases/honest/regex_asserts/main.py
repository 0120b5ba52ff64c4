import re, uuid


def slug(t):
    return re.sub(r"[^a-z0-9]+", "-", t.lower()).strip("-")


def new_id():
    return f"id-{uuid.uuid4().hex}"


def mask(card):
    return "*" * (len(card) - 4) + card[-4:]
