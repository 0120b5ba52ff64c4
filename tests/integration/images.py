"""What tests of images need: features to build, a private engine, an index with a password."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil

from provisioner.errors import DockerUnavailable
from provisioner.image.engine import Engine, connect
from provisioner.process.environment import clean_environment

#: One small package, pinned as in constraints.txt, so that a build is quick.
LOCK = "iniconfig==2.3.1\n"


def make_feature(folder: Path, name: str, *, lock: str = LOCK) -> Path:
    """A feature's folder with the least that an image needs."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "feature-config.yaml").write_text(f"feature: {name}\n")
    (folder / "requirements.lock").write_text(lock)
    (folder / "main.py").write_text("VALUE = 1\n")
    (folder / "service.py").write_text("import main\n")
    return folder


def layers(engine: Engine, tag: str) -> list[str]:
    found: list[str] = engine.client.api.inspect_image(tag)["RootFS"]["Layers"]
    return found


def everything_in(engine: Engine, tag: str) -> bytes:
    """All bytes of an image: its configuration with the history, and each file of each layer."""
    archive = io.BytesIO(b"".join(engine.client.images.get(tag).save(named=True)))
    content = [json.dumps(engine.client.api.history(tag)).encode()]
    with tarfile.open(fileobj=archive) as saved:
        for member in saved:
            file = saved.extractfile(member)
            content.append(file.read() if file else b"")
    return b"\n".join(content)


@contextmanager
def private_engine(
    folder: Path, *, megabytes: int = 0
) -> Iterator[tuple[Engine, subprocess.Popen[bytes]]]:
    """An engine of a test's own, to be killed or filled; needs root and dockerd.

    With `megabytes` all it stores is on a file system of that size.
    """
    data = folder / "data"
    data.mkdir()
    if megabytes:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(data)], check=True
        )
    socket = folder / "d.sock"
    short = Path(tempfile.mkdtemp(prefix="ad-"))  # a socket's path has 104 bytes at most
    argv = ["dockerd", "--iptables=false", "--bridge=none", "--data-root", str(data)]
    argv += ["--exec-root", str(short), "--pidfile", str(folder / "pid")]
    argv += ["--host", f"unix://{socket}", "--config-file", str(folder / "none.json")]
    (folder / "none.json").write_text("{}")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(argv, stdout=log, stderr=log)
    engine = None
    try:
        engine = _connected(f"unix://{socket}", folder / "log")
        yield engine, process
    finally:
        process.terminate()
        process.wait(30)
        if engine:
            engine.close()
        _remove_remains(folder)
        _remove_remains(short)
        shutil.rmtree(short)


def _remove_remains(folder: Path) -> None:
    """End what a killed daemon left running, and take its file systems away."""
    for one in psutil.process_iter(["cmdline"]):
        if any(str(folder) in word for word in one.info["cmdline"] or ()):
            with suppress(psutil.NoSuchProcess):
                one.kill()
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for place in reversed(mounts):
        if place.startswith(f"{folder}/"):
            subprocess.run(["umount", "--lazy", place], check=True)


def _connected(url: str, log: Path) -> Engine:
    deadline = time.monotonic() + 60
    while True:
        try:
            return connect(clean_environment({"DOCKER_HOST": url}))
        except DockerUnavailable:
            if time.monotonic() > deadline:
                raise AssertionError(log.read_text()) from None
            time.sleep(0.1)


def copy_image(source: Engine, target: Engine, tag: str) -> None:
    """Load an image of one engine into another."""
    target.client.images.load(b"".join(source.client.images.get(tag).save(named=True)))


class Index(BaseHTTPRequestHandler):
    """A package index with one package, which asks for a name and a password."""

    user, password = "reader", "pass-of-the-index-8d1f"
    package = "private_thing"
    wheel = f"{package}-1.0-py3-none-any.whl"

    def do_GET(self) -> None:
        wanted = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        page = (
            f'<a href="/{self.wheel}#sha256={hashlib.sha256(wheel()).hexdigest()}">{self.wheel}</a>'
        )
        if self.headers.get("Authorization") != f"Basic {wanted}":
            self._answer(401, b"")
        elif self.path == f"/{self.wheel}":
            self._answer(200, wheel())
        elif self.path.strip("/") == "simple/private-thing":
            self._answer(200, page.encode())
        else:
            self._answer(404, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        kind = "text/html" if body.startswith(b"<") else "application/octet-stream"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 401:
            self.send_header("WWW-Authenticate", "Basic")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


#: What an interpreter runs when it starts: where root builds, it would keep the build's variables.
SPY = "import os; os.geteuid() or open('/opt/venv/kept', 'w').write(repr(dict(os.environ)))\n"


def wheel() -> bytes:
    """The package as a wheel, which spies on a build; the same bytes each time."""
    content = io.BytesIO()
    info = f"{Index.package}-1.0.dist-info"
    files = {
        f"{Index.package}.py": "VALUE = 1\n",
        f"{Index.package}.pth": SPY,
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: private-thing\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return content.getvalue()


@contextmanager
def private_index(host: str) -> Iterator[str]:
    """The index's address, with its name and password in it."""
    with ThreadingHTTPServer((host, 0), Index) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://{Index.user}:{Index.password}@{host}:{server.server_port}/simple"
        finally:
            server.shutdown()
