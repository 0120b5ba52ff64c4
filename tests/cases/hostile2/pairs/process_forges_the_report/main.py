"""Started by the tests, writes a verdict wherever it can."""

import os
import sys

REPORT = (
    b'["collected", ["test_it"]]\n["start", "test_it"]\n'
    b'["end", "test_it", "passed", null, 3, false]\n["done", []]\n'
)

if __name__ == "__main__":
    for name in ["self", "1", str(os.getppid()), *filter(str.isdigit, os.listdir("/proc"))]:
        if name in ("self", str(os.getpid())):
            numbers = range(3, 256)
            for number in numbers:
                try:
                    os.write(number, REPORT)
                    print("LEAK")
                except OSError:
                    pass
            continue
        for number in range(256):
            try:
                with open(f"/proc/{name}/fd/{number}", "wb") as file:
                    file.write(REPORT)
                print("LEAK")
            except OSError:
                pass
    sys.exit(0)
