import functools

calls = []


@functools.lru_cache(maxsize=2)
def slow(n):
    """Squares slowly."""
    calls.append(n)
    return n * n


def memo(f):
    cache = {}

    @functools.wraps(f)
    def inner(*args):
        if args not in cache:
            cache[args] = f(*args)
        return cache[args]

    inner.cache = cache
    return inner


@memo
def fib(n: int) -> int:
    """Fibonacci."""
    return n if n < 2 else fib(n - 1) + fib(n - 2)


class Lazy:
    def __init__(self):
        self.made = 0

    @functools.cached_property
    def value(self):
        self.made += 1
        return self.made * 100
