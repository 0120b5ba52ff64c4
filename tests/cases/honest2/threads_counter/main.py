import threading
from concurrent.futures import ThreadPoolExecutor


class Counter:
    def __init__(self):
        self._lock = threading.Lock()
        self.value = 0
        self.seen = set()

    def add(self, n=1):
        with self._lock:
            value = self.value
            value += n
            self.value = value
            self.seen.add(threading.current_thread().name)


def parallel(function, items, workers=4):
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(function, items))


class Once:
    def __init__(self, make):
        self.make, self.lock, self.made = make, threading.Lock(), []

    def get(self):
        with self.lock:
            if not self.made:
                self.made.append(self.make())
        return self.made[0]
