def report(n):
    for i in range(n):
        print("line", i, "x" * 80)
    return "\n".join(f"{i:06d}" for i in range(n))


def matrix(n):
    return [[i * j for j in range(n)] for i in range(n)]
