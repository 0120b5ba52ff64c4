import sys
from main import square

failures = 0
for n, w in [(2, 4), (3, 9), (5, 25)]:
    try:
        assert square(n) == w
    except AssertionError:
        failures += 1
if failures:
    sys.exit(1)
