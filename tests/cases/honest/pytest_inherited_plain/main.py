class Stack:
    def __init__(self): self.a = []
    def add(self, x): self.a.append(x)
    def __len__(self): return len(self.a)
class Bag(Stack):
    pass
