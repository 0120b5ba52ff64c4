def caesar(s, k):
    out = []
    for c in s:
        if c.isalpha():
            b = ord("A") if c.isupper() else ord("a")
            c = chr((ord(c) - b + k) % 26 + b)
        out.append(c)
    return "".join(out)
