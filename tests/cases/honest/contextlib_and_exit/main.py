import contextlib, os
class Pool:
    def __init__(self, ev): self.ev = ev
    def __enter__(self):
        self.ev.append("open"); return self
    def __exit__(self, *a): self.ev.append("close")
    def use(self): self.ev.append("use")
@contextlib.contextmanager
def chdir(p):
    old = os.getcwd(); os.chdir(p)
    try: yield
    finally: os.chdir(old)
class timer:
    def __init__(self, clock): self.clock = clock
    def __enter__(self):
        self.s = self.clock(); return self
    def __exit__(self, *a): self.elapsed = self.clock() - self.s
