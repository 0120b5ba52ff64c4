"""What the tests hand over and look at again."""

import functools
import queue
import sys
import threading
from typing import NamedTuple


def table(rows, out=None):
    out = out or sys.stdout
    for row in rows:
        out.write(" | ".join(map(str, row)) + "\n")
    return out


def run(command, *, render=table):
    return render([command], sys.stdout)


def logged(logger):
    def decorate(fn):
        @functools.wraps(fn)
        def wrapper(*args):
            try:
                return fn(*args)
            except Exception:
                logger.exception("%s failed", fn.__name__)
                raise
        return wrapper
    return decorate


class Step(NamedTuple):
    name: str
    action: object = None


def steps(**actions):
    return [Step(name, action) for name, action in actions.items()]


class Worker:
    def __init__(self, name):
        self._jobs, self._results = queue.Queue(), queue.Queue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def _work(self):
        while (job := self._jobs.get()) is not None:
            self._results.put(job())

    def do(self, job):
        self._jobs.put(job)
        return self._results.get(timeout=30)

    def stop(self):
        self._jobs.put(None)
        self._thread.join()
