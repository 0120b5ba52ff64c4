"""Where what is printed goes, as context managers, and a formatter of log records."""

import contextlib
import io
import json
import logging
import sys


@contextlib.contextmanager
def captured():
    buffer = io.StringIO()
    with contextlib.redirect_stdout(buffer):
        yield buffer


class Tee:
    """Writes to several streams while it is entered."""

    def __init__(self, *streams):
        self.streams = streams
        self.lines = 0

    def write(self, text):
        self.lines += text.count("\n")
        for stream in self.streams:
            stream.write(text)
        return len(text)

    def flush(self):
        for stream in self.streams:
            stream.flush()

    def __enter__(self):
        self.before = sys.stdout
        sys.stdout = self
        return self

    def __exit__(self, *_):
        sys.stdout = self.before


def output_of(function, *args):
    with captured() as out:
        function(*args)
        print("done")
    return out.getvalue().splitlines()


class JsonFormatter(logging.Formatter):
    STANDARD = frozenset(vars(logging.makeLogRecord({})))

    def format(self, record):
        told = {"level": record.levelname, "message": record.getMessage()}
        told |= {key: value for key, value in record.__dict__.items() if key not in self.STANDARD}
        if record.exc_info:
            told["error"] = record.exc_info[0].__name__
        return json.dumps(told, sort_keys=True)
