def encode(data):
    out = []
    i = 0
    while i < len(data):
        j = i
        while j < len(data) and data[j] == data[i]:
            j += 1
        out.append((data[i], j - i))
        i = j
    return out


def decode(pairs):
    return "".join(c * n for c, n in pairs)
