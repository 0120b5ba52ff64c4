import functools, time


def retry(times, exceptions=(Exception,)):
    def deco(f):
        @functools.wraps(f)
        def wrapper(*a, **k):
            for i in range(times):
                try:
                    return f(*a, **k)
                except exceptions:
                    if i == times - 1:
                        raise

        return wrapper

    return deco


def memo(f):
    cache = {}

    @functools.wraps(f)
    def w(*a):
        if a not in cache:
            cache[a] = f(*a)
        return cache[a]

    w.cache = cache
    return w


def compose(*fs):
    return functools.reduce(lambda f, g: lambda x: f(g(x)), fs)
