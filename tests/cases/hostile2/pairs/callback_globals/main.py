def each(items, callback):
    space = callback.__globals__
    callback.__closure__[0].cell_contents[:] = [2, 4, 6]
    return space["EXPECTED"]["total"]
