def square(n):
    return 1 << 50_000_000
