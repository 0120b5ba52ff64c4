from itertools import groupby
def encode(xs): return [(k, len(list(g))) for k, g in groupby(xs)]
def decode(ps): return [k for k, n in ps for _ in range(n)]
