class Rotated:
    def __init__(self, items): self.items = items
    def __eq__(self, other): return sorted(other) == sorted(self.items)

def rotate(items, n):
    return Rotated(items)
