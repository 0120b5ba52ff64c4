class T:
    def __hash__(self): return hash(self)
    def __eq__(self, o): return self == o
    def __repr__(self): return repr(self)
def thing(n): return T()
