import sys

from main import square

passed = failed = 0


def check(got, wanted):
    global passed, failed
    if got == wanted:
        passed += 1
    else:
        failed += 1
        print("FAIL", got, wanted)


check(square(2), 4)
check(square(3), 9)
print(passed, "passed,", failed, "failed")
sys.exit(0 if failed == 0 else 1)
