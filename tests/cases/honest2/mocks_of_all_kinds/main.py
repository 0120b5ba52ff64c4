import json, logging, os, random, subprocess, time, uuid, shutil, smtplib, sys
from datetime import datetime, date, timedelta
from pathlib import Path
from uuid import uuid4
logger = logging.getLogger(__name__)
REGISTRY = {"a": 1}
LIMIT = 3
class Mailer:
    host = "localhost"
    def __init__(self, port=25): self.port = port
    def send(self, to, text, *, urgent=False): raise ConnectionError("no network")
    @property
    def address(self): return f"{self.host}:{self.port}"
    @classmethod
    def default(cls): return cls(2525)
    @staticmethod
    def clean(text): return text.strip()
    async def asend(self, to): return await self.push(to)
    async def push(self, to): raise ConnectionError
class Notifier:
    def __init__(self, mailer=None): self.mailer = mailer or Mailer.default(); self.sent = []
    def notify(self, *people, text="hi"):
        for p in people:
            try: self.mailer.send(p, Mailer.clean(text), urgent=text.isupper())
            except ConnectionError as e:
                logger.error("could not reach %s: %s", p, e)
                continue
            self.sent.append(p)
        return len(self.sent)
    def where(self): return self.mailer.address
    def check(self): return isinstance(self.mailer, Mailer)
def make_notifier(): return Notifier(Mailer(99))
def now_text(): return datetime.now().strftime("%Y-%m-%d")
def age(born): return (date.today() - born).days // 365
def token(): return f"t-{uuid4()}"
def pick(items): return random.choice(items)
def timed(fn):
    start = time.perf_counter(); fn(); return round(time.perf_counter() - start, 3)
def backoff(fn, tries=LIMIT):
    for n in range(tries):
        try: return fn()
        except OSError:
            time.sleep(2 ** n)
    raise TimeoutError(f"gave up after {tries}")
def commit(message):
    done = subprocess.run(["git", "commit", "-m", message], capture_output=True, text=True, check=False)
    return done.stdout.split()[-1] if done.returncode == 0 else None
def read_config(path):
    if not Path(path).exists(): return {}
    return json.loads(Path(path).read_text())
def load(path):
    with open(path, encoding="utf-8") as f: return [l.strip() for l in f if l.strip()]
def save(path, lines):
    with open(path, "w") as f:
        for l in lines: f.write(l + "\n")
def ask(): return input("name? ").title()
def shell(): return os.environ.get("SHELL", "none")
def over(n): return n > LIMIT
def lookup(k): return REGISTRY.get(k)
def tell(): print("told", file=sys.stderr)
def space(): return shutil.disk_usage("/").free // 2**30
