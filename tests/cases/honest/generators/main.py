def primes():
    found = []
    n = 2
    while True:
        if all(n % p for p in found):
            found.append(n)
            yield n
        n += 1


def chunks(seq, size):
    if size < 1:
        raise ValueError("size")
    for i in range(0, len(seq), size):
        yield seq[i : i + size]
