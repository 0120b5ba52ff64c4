import sys

from main import fizz

CASES = [(1, "1"), (3, "Fizz"), (5, "Buzz"), (15, "FizzBuzz"), (30, "FizzBuzz"), (98, "98")]


def run():
    failed = 0
    for n, want in CASES:
        got = fizz(n)
        if got != want:
            print(f"FAIL fizz({n}) = {got!r}, expected {want!r}")
            failed += 1
        else:
            print(f"ok   fizz({n})")
    print(f"{len(CASES) - failed} of {len(CASES)} passed")
    return failed


if __name__ == "__main__":
    failed = run()
    sys.exit(1 if failed else 0)
