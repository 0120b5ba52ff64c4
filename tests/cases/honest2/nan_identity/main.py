import math

NAN = float("nan")
MISSING = object()


def first_valid(values, default=NAN):
    for v in values:
        if not (isinstance(v, float) and math.isnan(v)):
            return v
    return default


def clean(values):
    return [None if v != v else v for v in values]


def lookup(table, key):
    return table.get(key, MISSING)


def same(a, b):
    return a is b or a == b
