class Board:
    def __init__(self, cells):
        self.cells = cells

    def put(self, i, what):
        self.cells[i] = what

    def row(self):
        return self.cells

    def snapshot(self):
        return list(self.cells)


_items = []


def items():
    return _items


def add(item):
    _items.append(item)


def merge(target, *others):
    for other in others:
        for key, value in other.items():
            if isinstance(value, dict) and isinstance(target.get(key), dict):
                merge(target[key], value)
            else:
                target[key] = value
    return target


def take_last(stack):
    return stack.pop() if stack else None
