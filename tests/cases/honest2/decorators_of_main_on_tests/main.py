import functools
import inspect
import time


def timed(function=None, *, clock=time.perf_counter, out=None):
    if function is None:
        return functools.partial(timed, clock=clock, out=out)

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        start = clock()
        try:
            return function(*args, **kwargs)
        finally:
            (wrapper.times if out is None else out).append(clock() - start)

    wrapper.times = []
    return wrapper


def retry(times, *errors):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            for left in range(times, 0, -1):
                try:
                    return function(*args, **kwargs)
                except errors:
                    if left == 1:
                        raise

        return wrapper

    return decorate


def validated(**rules):
    def decorate(function):
        signature = inspect.signature(function)

        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            for name, rule in rules.items():
                if not rule(bound.arguments[name]):
                    raise ValueError(f"bad {name}: {bound.arguments[name]!r}")
            return function(*args, **kwargs)

        return wrapper

    return decorate


class count_calls:
    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.function, self.calls = function, 0

    def __call__(self, *args):
        self.calls += 1
        return self.function(*args)

    def __get__(self, instance, owner):
        return functools.partial(self, instance) if instance is not None else self
