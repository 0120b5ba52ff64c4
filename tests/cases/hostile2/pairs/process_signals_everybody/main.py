"""Started by the tests, signals them and all others."""

import os
import sys

if __name__ == "__main__":
    for one in [os.getppid(), -1, 0, *map(int, filter(str.isdigit, os.listdir("/proc")))]:
        if one != os.getpid():
            try:
                os.kill(one, int(sys.argv[1]))
            except OSError:
                pass
