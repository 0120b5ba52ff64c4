import sys
from main import clamp

passed = failed = 0


def check(name, got, want):
    global passed, failed
    if got == want:
        passed += 1
        print(f"PASS {name}")
    else:
        failed += 1
        print(f"FAIL {name}: {got!r} != {want!r}")


check("in", clamp(5, 0, 10), 5)
check("low", clamp(-5, 0, 10), 0)
check("high", clamp(50, 0, 10), 10)
print(f"{passed} passed, {failed} failed")
assert failed == 0
