def dedupe(a):
    out = []
    for x in a:
        if x not in out: out.append(x)
    return out
def mean(a):
    return sum(a) / len(a) if a else float("nan")
