import threading, time


class Cache:
    def __init__(self, ttl):
        self.ttl, self._d = ttl, {}

    def set(self, k, v):
        self._d[k] = (v, time.monotonic() + self.ttl)

    def get(self, k, default=None):
        v, until = self._d.get(k, (default, float("inf")))
        return v if time.monotonic() < until else default


class Job:
    def __init__(self):
        self.done = threading.Event()

    def start(self):
        threading.Timer(0.02, self.done.set).start()
