import sys


def emit(data):
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def coloured(text):
    return f"\033[1m{text}\033[0m" if sys.stdout.isatty() else text


def progress(count):
    for done in range(count):
        sys.stdout.write(f"\r{done + 1}")
    print()
