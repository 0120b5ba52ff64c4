"""A registry of images on 127.0.0.1, which engines trust without TLS: Debian's docker-registry."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

PROGRAM = shutil.which("docker-registry")
_CONFIG = """\
version: 0.1
log: {{level: error}}
storage: {{filesystem: {{rootdirectory: {folder}}}}}
http: {{addr: "127.0.0.1:{port}"}}
{auth}
"""
_AUTH = "auth: {{silly: {{realm: here, service: {url}}}}}"


@contextmanager
def running_registry(folder: Path, *, closed: bool = False) -> Iterator[str]:
    """Run it for the length of the block; gives host and port. A `closed` one wants a login."""
    assert PROGRAM is not None
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    place = f"127.0.0.1:{port}"
    folder.mkdir(parents=True, exist_ok=True)
    auth = _AUTH.format(url=place) if closed else ""
    config = folder / "config.yml"
    quiet = subprocess.DEVNULL
    config.write_text(_CONFIG.format(folder=folder / "images", port=port, auth=auth))
    with subprocess.Popen([PROGRAM, "serve", str(config)], stdout=quiet, stderr=quiet) as process:
        try:
            ends = time.monotonic() + 20
            while not _answers(place):
                assert process.poll() is None, "docker-registry ended"
                assert time.monotonic() < ends, "docker-registry does not answer"
                time.sleep(0.05)
            yield place
        finally:
            process.terminate()


def _answers(place: str) -> bool:
    try:
        return httpx.get(f"http://{place}/v2/", trust_env=False).status_code < 500
    except httpx.TransportError:
        return False
