import random


def dice(n, sides=6, rng=random):
    return [rng.randint(1, sides) for _ in range(n)]


def shuffled(items, seed=None):
    out = list(items)
    random.Random(seed).shuffle(out)
    return out


def password(length=8, alphabet="abcdef"):
    return "".join(random.choice(alphabet) for _ in range(length))
