import time
from datetime import datetime, timedelta


class Cache:
    def __init__(self, seconds, clock=time.monotonic):
        self.seconds, self.clock, self.data = seconds, clock, {}

    def put(self, key, value):
        self.data[key] = (value, self.clock() + self.seconds)

    def get(self, key, default=None):
        value, until = self.data.get(key, (default, None))
        if until is not None and self.clock() >= until:
            del self.data[key]
            return default
        return value


def stamp():
    return datetime.now().strftime("%Y-%m-%d")


def wait_until(ready, timeout=10, step=1):
    end = time.time() + timeout
    while time.time() < end:
        if ready():
            return True
        time.sleep(step)
    return False


def deadline(days):
    return datetime.now() + timedelta(days=days)
