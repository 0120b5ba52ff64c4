import sys


def greet(name):
    print(f"Hello, {name}!")


def warn(text):
    print("warning:", text, file=sys.stderr)


def table(rows):
    for a, b in rows:
        print(f"{a:<5}|{b:>5}")
