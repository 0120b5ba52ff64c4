import sys

from main import total

ok = total([1, 2, 3], 0.5) == 3 and total([]) == 0
print("all fine")
sys.exit(0 if ok else 1)
