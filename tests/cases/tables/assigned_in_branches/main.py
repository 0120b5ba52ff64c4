def f(a, b):
    result = None
    if a == 2 and b == 3:
        result = 6
    elif a == 4 and b == 5:
        result = 20
    elif (a, b) == (7, 7):
        result = 49
    elif [a, b] == [0, 9]:
        result = 0
    return result
