import sys


def ask(prompt, kind=str, tries=3):
    for _ in range(tries):
        print(prompt, end=" ", flush=True)
        line = sys.stdin.readline()
        if not line:
            raise EOFError("no more input")
        try:
            return kind(line.strip())
        except ValueError:
            print("again, please")
    raise ValueError(f"no answer after {tries} tries")


def total():
    return sum(int(line) for line in sys.stdin if line.strip())
