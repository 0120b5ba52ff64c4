def table(n):
    return [(i, i * i) for i in range(1, n + 1)]
