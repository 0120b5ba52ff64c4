def sort_by(items, less):
    """Insertion sort by the caller's comparison."""
    out = []
    for item in items:
        at = len(out)
        while at > 0 and less(item, out[at - 1]):
            at -= 1
        out.insert(at, item)
    return out


def integrate(f, a, b, n=1000):
    h = (b - a) / n
    return h * sum(f(a + (i + 0.5) * h) for i in range(n))
