class Cache:
    def __init__(self, n):
        self.n, self.d = n, {}
    def clear(self): self.d.clear()
    def put(self, k, v):
        self.d[k] = v
        if len(self.d) > self.n:
            del self.d[next(iter(self.d))]
    def get(self, k): return self.d.get(k)
    def keys(self): return list(self.d)
