def sort_in_place(xs):
    xs.sort()


def add_defaults(d, defaults):
    for key, value in defaults.items():
        d.setdefault(key, value)


def union_into(s, xs):
    s.update(xs)
