class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __eq__(self, other):
        return self.x == other.x and self.y == other.y
    def __hash__(self):
        return hash((self.x, self.y))
class Vec:
    def __init__(self, items):
        self.items = list(items)
    def __add__(self, other):
        return Vec([a + b for a, b in zip(self.items, other.items)])
    def __eq__(self, other):
        return self.items == other.items
