def encode(a, sep): return sep.join(a)
