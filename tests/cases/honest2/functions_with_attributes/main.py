import functools


def count(fn):
    @functools.wraps(fn)
    def wrapper(*a):
        wrapper.calls += 1
        return fn(*a)

    wrapper.calls = 0
    return wrapper


def tag(**kw):
    def deco(fn):
        fn.tags = kw
        return fn

    return deco


@count
def f(x):
    return x


def plain(a, b=1):
    plain.seen.append(a)
    plain.last = a
    return f(a)


plain.seen = []
plain.last = None


class S:
    @count
    def go(self, x):
        return x

    @staticmethod
    @count
    def st(x):
        return x

    @classmethod
    @count
    def cm(cls, x):
        return cls, x

    @tag(a=1)
    def tagged(self):
        "Doc."
        return 1


class Thing:
    name = "thing"

    def label(self):
        return "base"


class Other(Thing):
    name = "other"
    label = None
