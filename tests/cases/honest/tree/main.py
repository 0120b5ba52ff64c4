class Node:
    def __init__(self, value, children=()):
        self.value, self.children = value, list(children)

    def walk(self):
        yield self.value
        for c in self.children:
            yield from c.walk()

    def depth(self):
        return 1 + max((c.depth() for c in self.children), default=0)

    def to_dict(self):
        return {"value": self.value, "children": [c.to_dict() for c in self.children]}

    def find(self, v):
        if self.value == v:
            return self
        return next((f for c in self.children if (f := c.find(v))), None)
