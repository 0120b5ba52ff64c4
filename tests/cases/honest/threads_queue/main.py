import threading, queue
from concurrent.futures import ThreadPoolExecutor
class SafeCounter:
    def __init__(self): self.value, self._l = 0, threading.Lock()
    def inc(self):
        with self._l: self.value += 1
def parallel_map(f, xs):
    with ThreadPoolExecutor(2) as ex: return list(ex.map(f, xs))
class Worker:
    def __init__(self):
        self.q, self.out = queue.Queue(), []
        self.t = threading.Thread(target=self.run, daemon=True); self.t.start()
    def run(self):
        while (x := self.q.get()) is not None: self.out.append(x * x)
    def submit(self, x): self.q.put(x)
    def drain(self):
        self.q.put(None); self.t.join()
        return self.out
