def check_sorted(xs):
    assert list(xs) == sorted(xs), "not sorted"
    return True


def validate(n):
    assert n > 0, f"{n} is not positive"
    return n
