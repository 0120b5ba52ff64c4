from itertools import islice


def averager():
    total, count, mean = 0.0, 0, None
    while True:
        try:
            value = yield mean
        except ValueError:
            total, count, mean = 0.0, 0, None
            continue
        if value is None:
            return count
        total += value
        count += 1
        mean = total / count


def primes():
    found = []
    n = 2
    while True:
        if all(n % p for p in found):
            found.append(n)
            yield n
        n += 1


def chunks(items, size):
    iterator = iter(items)
    while part := list(islice(iterator, size)):
        yield part


def flatten(tree):
    for node in tree:
        if isinstance(node, list):
            yield from flatten(node)
        else:
            yield node
