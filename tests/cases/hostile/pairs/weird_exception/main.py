class E(Exception):
    def __str__(self): return "\ud800" * 3000
    __module__ = 5
E.__name__ = "A\nB\x1b[31m"
def thing(n):
    e = E(); e.__cause__ = e; e.__context__ = e
    e.add_note("\ud800")
    raise e
