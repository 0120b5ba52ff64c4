"""Started by the tests, stops them."""

import os
import signal

if __name__ == "__main__":
    os.kill(os.getppid(), signal.SIGSTOP)
