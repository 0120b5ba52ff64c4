import functools
import time


def retry(times=3, exceptions=(Exception,), delay=0.1, backoff=2, sleep=None, on_retry=None):
    def deco(fn):
        @functools.wraps(fn)
        def wrapper(*args, **kwargs):
            wait = delay
            for attempt in range(1, times + 1):
                try:
                    result = fn(*args, **kwargs)
                except exceptions as e:
                    wrapper.failures += 1
                    if attempt == times:
                        raise
                    if on_retry:
                        on_retry(attempt, e)
                    (sleep or time.sleep)(wait)
                    wait *= backoff
                else:
                    return result
        wrapper.failures = 0
        return wrapper
    return deco


def timed(clock=time.perf_counter):
    def deco(fn):
        @functools.wraps(fn)
        def wrapper(*a, **k):
            start = clock()
            try:
                return fn(*a, **k)
            finally:
                wrapper.elapsed.append(clock() - start)
        wrapper.elapsed = []
        return wrapper
    return deco


def memoize(fn):
    cache = {}

    @functools.wraps(fn)
    def wrapper(*args):
        if args not in cache:
            cache[args] = fn(*args)
        return cache[args]
    wrapper.cache = cache
    return wrapper


@memoize
def slow_square(x: int) -> int:
    """Square slowly."""
    time.sleep(0.001)
    return x * x


def once(fn):
    done = False
    value = None

    def inner():
        nonlocal done, value
        if not done:
            value, done = fn(), True
        return value
    return inner
