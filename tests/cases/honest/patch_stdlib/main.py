import os, time
def load(path):
    with open(path, encoding="utf-8") as f:
        return dict(l.strip().split("=") for l in f)
def mode(): return os.environ.get("APP_MODE", "dev")
def report(n): print("count:", n)
def ask():
    while True:
        try: return int(input("n? "))
        except ValueError: pass
def age(t): return time.time() - t
class Sensor:
    @property
    def value(self): return 1
    def read(self): return self.value
