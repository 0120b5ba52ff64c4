from contextlib import contextmanager


class Transaction:
    def __init__(self, data):
        self.data = data

    def __enter__(self):
        self.backup = dict(self.data)
        return self.data

    def __exit__(self, kind, error, trace):
        if kind is not None:
            self.data.clear()
            self.data.update(self.backup)
        return kind is not None and issubclass(kind, KeyError)


@contextmanager
def indented(lines, by=2):
    mark = len(lines)
    try:
        yield lines.append
    except RuntimeError as error:
        lines.append(f"stopped: {error}")
    finally:
        lines[mark:] = [" " * by + line for line in lines[mark:]]
