import sys


def solve(lines):
    n, *rest = lines
    return [int(x) ** 2 for x in rest[: int(n)]]


def main():
    data = sys.stdin.read().split()
    for x in solve(data):
        print(x)


if __name__ == "__main__":
    main()
