from dataclasses import dataclass
@dataclass(frozen=True)
class Num:
    value: int
@dataclass(frozen=True)
class Add:
    left: object
    right: object
def parse(s):
    *head, last = s.rsplit("+", 1)
    return Add(parse(head[0]), Num(int(last))) if head else Num(int(last))
def evaluate(t):
    match t:
        case Num(v): return v
        case Add(a, b): return evaluate(a) + evaluate(b)
class Tree:
    __slots__ = ("items",)
    def __init__(self, *a): self.items = sorted(a)
    def add(self, x):
        self.items = sorted([*self.items, x]); return self
    def __iter__(self): return iter(self.items)
    def __len__(self): return len(self.items)
    def __contains__(self, x): return x in self.items
    def __repr__(self): return f"Tree({', '.join(map(str, self.items))})"
