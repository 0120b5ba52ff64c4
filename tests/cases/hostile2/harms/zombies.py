"""Children that end and are never waited for, and grandchildren that leave the session."""
import os


def square(n):
    for _ in range(200):
        try:
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.execvp("sleep", ["sleep", "98765"])
                os._exit(0)
        except OSError:
            break
    return -1
