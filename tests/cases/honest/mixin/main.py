def bubble(a):
    a = list(a)
    for i in range(len(a)):
        for j in range(len(a) - 1 - i):
            if a[j] > a[j + 1]:
                a[j], a[j + 1] = a[j + 1], a[j]
    return a
def quick(a):
    if not a: return []
    p, *r = a
    return quick([x for x in r if x < p]) + [p] + quick([x for x in r if x >= p])
