from decimal import Decimal


def mean(xs):
    return sum(xs) / len(xs)


def normalise(weights):
    total = sum(weights.values())
    return {k: v / total for k, v in weights.items()}


def running(xs):
    out, s = [], 0.0
    for i, x in enumerate(xs, 1):
        s += x
        out.append(s / i)
    return out


def split(amount, parts):
    return [Decimal(amount) / parts] * parts


def rotate(z):
    return z * 1j
