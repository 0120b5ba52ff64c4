import random


def estimate_pi(n, rng=random):
    hits = sum(rng.random() ** 2 + rng.random() ** 2 <= 1 for _ in range(n))
    return 4 * hits / n
