import sys
from main import slug

failed = 0
for given, want in [
    ("Hello World", "hello-world"),
    ("A  B", "a-b"),
    ("Ends! ", "ends"),
    ("x_y", "x-y"),
]:
    got = slug(given)
    if got != want:
        print("FAIL", given, got)
        failed += 1
sys.exit(1 if failed else 0)
