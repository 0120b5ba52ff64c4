def square(n):
    return list(range(3_000_000))
