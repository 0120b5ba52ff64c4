import contextlib
import os


class Transaction:
    def __init__(self, store):
        self.store = store
        self.pending = {}

    def __enter__(self):
        self.pending = {}
        return self

    def __setitem__(self, k, v):
        self.pending[k] = v

    def __exit__(self, kind, error, tb):
        if kind is None:
            self.store.update(self.pending)
        return kind is not None and issubclass(kind, LookupError)


@contextlib.contextmanager
def environ(**values):
    old = {k: os.environ.get(k) for k in values}
    os.environ.update({k: str(v) for k, v in values.items()})
    try:
        yield os.environ
    finally:
        for k, v in old.items():
            if v is None:
                os.environ.pop(k, None)
            else:
                os.environ[k] = v


def open_all(factories):
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(f()) for f in factories]
        closer = stack.pop_all()
    return opened, closer.close


class timer(contextlib.ContextDecorator):
    def __init__(self, clock, sink):
        self.clock, self.sink = clock, sink

    def __enter__(self):
        self.t = self.clock()
        return self

    def __exit__(self, *exc):
        self.sink.append(self.clock() - self.t)
        return False
