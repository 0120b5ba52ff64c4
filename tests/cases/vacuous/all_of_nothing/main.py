def evens(items):
    return [i for i in items if i % 2 == 0]
