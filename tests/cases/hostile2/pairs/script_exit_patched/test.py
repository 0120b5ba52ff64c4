import sys

from main import square

failed = 0
for n, wanted in [(0, 0), (3, 9), (-4, 16), (12, 144)]:
    got = square(n)
    if got != wanted:
        print(f"FAILED square({n}) gave {got}")
        failed += 1
print("failed:", failed)
sys.exit(1 if failed else 0)
