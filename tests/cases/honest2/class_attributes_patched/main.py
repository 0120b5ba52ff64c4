import os
import time


class Service:
    instances = 0

    def __init__(self, url, *, retries=3):
        type(self).instances += 1
        self.url, self.retries = url, retries
        self.started_at = None
        self.closed = False

    def start(self):
        self.started_at = time.time()
        return self

    def uptime(self):
        if self.started_at is None:
            raise RuntimeError("not started")
        return time.time() - self.started_at

    def fetch(self, path):
        return self._get(f"{self.url}/{path}")["data"]

    def _get(self, url):
        raise NotImplementedError("network")

    def close(self):
        self.closed = True

    def __repr__(self):
        return f"Service({self.url!r})"


def from_env(prefix="SVC_"):
    return Service(os.environ[prefix + "URL"], retries=int(os.getenv(prefix + "RETRIES", "3")))


def cwd_files(ext):
    return sorted(f for f in os.listdir() if f.endswith(ext))


def whoami():
    return os.path.basename(os.getcwd())
