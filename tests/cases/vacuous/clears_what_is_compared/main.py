def merge_sort(items):
    items.clear()
    return items
