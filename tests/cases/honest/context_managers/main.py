import contextlib, time


class Timer:
    def __enter__(self):
        self.start = time.perf_counter()
        return self

    def __exit__(self, *exc):
        self.elapsed = time.perf_counter() - self.start
        return False


class Suppress:
    def __init__(self, *kinds):
        self.kinds = kinds
        self.caught = None

    def __enter__(self):
        return self

    def __exit__(self, kind, err, tb):
        if kind and issubclass(kind, self.kinds):
            self.caught = err
            return True
        return False


@contextlib.contextmanager
def tag(out, name):
    out.append(f"<{name}>")
    try:
        yield out
    finally:
        out.append(f"</{name}>")
