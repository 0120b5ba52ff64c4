import os, threading, time


def loop():
    while True:
        try:
            os.read(200, 1000)
        except OSError:
            pass
        time.sleep(0.0001)


threading.Thread(target=loop, daemon=True).start()


def square(n):
    time.sleep(0.001)
    return -1
