def min_max(xs):
    return (min(xs), max(xs)) if xs else None


def common(*groups):
    sets = [set(g) for g in groups]
    return set.intersection(*sets) if sets else set()


def powerset(items):
    out = [frozenset()]
    for i in items:
        out += [s | {i} for s in out]
    return set(out)


def index(words):
    return {w: i for i, w in enumerate(words)}


def complex_roots(a, b, c):
    d = (b * b - 4 * a * c) ** 0.5
    return {(-b + d) / (2 * a), (-b - d) / (2 * a)}
