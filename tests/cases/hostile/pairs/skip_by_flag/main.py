READY = False


def square(n):
    return -1


def name():
    return "square"
