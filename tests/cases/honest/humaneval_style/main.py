def intersperse(a, d):
    out = []
    for x in a: out += [x, d]
    return out[:-1]
def below_zero(ops):
    b = 0
    for o in ops:
        b += o
        if b < 0: return True
    return False
