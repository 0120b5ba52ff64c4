def sort(xs):
    xs = list(xs)
    if len(xs) < 2:
        return xs
    p, *rest = xs
    return sort([x for x in rest if x < p]) + [p] + sort([x for x in rest if x >= p])


def search(xs, t):
    lo, hi = 0, len(xs)
    while lo < hi:
        mid = (lo + hi) // 2
        if xs[mid] < t:
            lo = mid + 1
        else:
            hi = mid
    return lo if lo < len(xs) and xs[lo] == t else -1


def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a
