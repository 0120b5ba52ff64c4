class Flaky:
    def __init__(self, fails):
        self.fails, self.calls = fails, 0

    def call(self):
        self.calls += 1
        if self.calls <= self.fails:
            raise ConnectionError("busy")
        return "done"


class Attempt:
    done = False

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.done = error is None
        return kind is ConnectionError


def attempts(n):
    for _ in range(n):
        one = Attempt()
        yield one
        if one.done:
            return
