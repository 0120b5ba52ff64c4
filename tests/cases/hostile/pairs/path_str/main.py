import pathlib
pathlib.PurePath.__str__ = lambda s: "x"
def target(p, n): return p
