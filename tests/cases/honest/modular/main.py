class Mod:
    def __init__(self, v, m): self.v, self.m = v % m, m
    def __add__(self, o): return Mod(self.v + o.v, self.m)
    def __sub__(self, o): return Mod(self.v - o.v, self.m)
    def __mul__(self, o): return Mod(self.v * o.v, self.m)
    def __eq__(self, o):
        if isinstance(o, int): return self.v == o % self.m
        return (self.v, self.m) == (o.v, o.m)
