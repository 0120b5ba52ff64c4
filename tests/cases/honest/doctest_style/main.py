def add(a, b):
    """
    >>> add(1, 2)
    3
    """
    return a + b


def div(a, b):
    return a / b


class P:
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"P({self.x})"
