import random


def shuffle(xs, seed=None):
    r = random.Random(seed)
    out = list(xs)
    r.shuffle(out)
    return out


def pick(xs):
    return random.choice(xs)


def dice(n):
    return [random.randint(1, 6) for _ in range(n)]
