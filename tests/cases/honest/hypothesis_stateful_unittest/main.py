def div(a, b): return divmod(a, b)
