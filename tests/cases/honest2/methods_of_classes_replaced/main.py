import http.client
import random
import subprocess
from pathlib import Path


def home_config():
    p = Path.home() / ".myapp" / "config"
    return p.read_text() if p.exists() else None


def has(name):
    return Path(name).exists()


def size(name):
    return len(Path(name).read_bytes())


def run(cmd):
    p = subprocess.Popen(cmd, stdout=subprocess.PIPE, text=True)
    out, _ = p.communicate()
    return out.strip(), p.returncode


def pick(items, seed):
    return random.Random(seed).choice(items)


def status(host):
    connection = http.client.HTTPSConnection(host)
    connection.request("GET", "/")
    return connection.getresponse().status
