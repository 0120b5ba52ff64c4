def sort(items):
    out = list(items)
    for i in range(1, len(out)):
        j = i
        while j and out[j - 1] > out[j]:
            out[j - 1], out[j] = out[j], out[j - 1]
            j -= 1
    return out
