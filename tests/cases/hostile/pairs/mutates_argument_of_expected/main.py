def sort_copy(d):
    d.clear()
    return []
