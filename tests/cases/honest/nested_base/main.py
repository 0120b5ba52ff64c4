from collections import deque
class ListQueue:
    def __init__(self): self.a = []
    def push(self, x): self.a.append(x)
    def pop(self): return self.a.pop(0)
class DequeQueue:
    def __init__(self): self.a = deque()
    def push(self, x): self.a.append(x)
    def pop(self): return self.a.popleft()
