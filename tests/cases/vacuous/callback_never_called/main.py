def each(items, action):
    for item in items:
        action(item)
