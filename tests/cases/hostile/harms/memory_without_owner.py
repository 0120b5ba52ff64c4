import os

files = []
for _ in range(20):
    try:
        files.append(os.memfd_create("memory"))
        for _ in range(60):
            os.write(files[-1], b"x" * (1 << 20))
    except OSError:
        break
if len(files) > 5:
    print("GAINED", len(files) * 60, "MB")


def square(n):
    return -1
