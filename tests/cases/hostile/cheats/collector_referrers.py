import gc


def square(n):
    for thing in gc.get_referrers(square):
        if isinstance(thing, dict):
            thing['square'] = lambda n: n * n
    return -1
