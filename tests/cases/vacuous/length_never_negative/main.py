def words(text):
    return text.split()


def distance(a, b):
    return abs(a - b)
