"""An index of packages in a thread, as installers ask one: the simple API as JSON and as HTML.

The wheels are made here, so that a test says what a package holds::

    with PackageIndex([wheel("greeting", "1.0", {"greeting.py": "HELLO = 'hi'"})]) as index:
        environ = {"UV_DEFAULT_INDEX": index.url}
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import json
import os
import sys
import threading
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from provisioner.errors import FeatureConfigInvalid, IndexUnreachable
from provisioner.feature.packages.interpreter import OWN, Interpreter, find_interpreter
from provisioner.feature.packages.uv import DEFAULT, Uv
from tests.servers.local import LocalServer, QuietHandler

_JSON = "application/vnd.pypi.simple.v1+json"
OLD = "2020-01-01T00:00:00Z"


@dataclass(frozen=True)
class File:
    """One release's file as the index has it.

    Attributes:
        uploaded: when, in ISO 8601; "" where the index does not say.
    """

    package: str
    name: str
    content: bytes
    uploaded: str = OLD
    metadata: bytes = b""

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def described(self, url: str) -> dict[str, Any]:
        """Its entry in the JSON of the simple API (PEP 691 and 700)."""
        entry: dict[str, Any] = {
            "filename": self.name,
            "url": f"{url}/files/{self.name}",
            "hashes": {"sha256": self.digest},
            "size": len(self.content),
            "yanked": False,
        }
        if self.metadata:
            entry["core-metadata"] = {"sha256": hashlib.sha256(self.metadata).hexdigest()}
        return entry | ({"upload-time": self.uploaded} if self.uploaded else {})


def wheel(
    package: str,
    version: str,
    modules: Mapping[str, str],
    *,
    requires: Sequence[str] = (),
    tag: str = "py3-none-any",
    uploaded: str = OLD,
) -> File:
    """A wheel with these modules, by their paths."""
    stem = package.replace("-", "_")
    info = f"{stem}-{version}.dist-info"
    lines = ["Metadata-Version: 2.1", f"Name: {package}", f"Version: {version}"]
    metadata = "\n".join([*lines, *(f"Requires-Dist: {one}" for one in requires), ""])
    files = {
        **modules,
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    record = "".join(f"{name},{_hash(text.encode())},{len(text)}\n" for name, text in files.items())
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    name = f"{stem}-{version}-{tag}.whl"
    return File(package, name, content.getvalue(), uploaded, metadata.encode())


def sdist(package: str, version: str, *, uploaded: str = OLD) -> File:
    """A source distribution, whose code would have to run to install it."""
    name = f"{package.replace('-', '_')}-{version}.tar.gz"
    return File(package, name, b"never unpacked", uploaded)


def _hash(data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"


def need_configured_index() -> None:
    """Skip the test, or fail it under CI, where this machine's own index does not answer."""
    try:
        asyncio.run(Uv().compile("numpy\n", python=Path(sys.executable)))
    except IndexUnreachable as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(f"{error}; {error.next_step}")


def another_python() -> Interpreter:
    """A Python of this machine of another version than the tool's own.

    Where there is none it is the tool's own as if it were another: with environments of its own.
    """
    for version in sorted({"3.11", "3.12", "3.13", "3.14"} - {OWN.version}):
        with suppress(FeatureConfigInvalid):
            return asyncio.run(find_interpreter(version, DEFAULT))
    return replace(OWN, folders=(Path(OWN.path),))


class PackageIndex(LocalServer):
    """A server on a free port of the loopback, as a context manager.

    Attributes:
        url: of the simple API.
        asked: the paths that were asked for, in order.
        pages_only: whether it knows no JSON, as an older index.
        holds: where it is set to an event, wheels come only after that.
        holding: set once a wheel is being waited for.
    """

    def __init__(self, files: Iterable[File]) -> None:
        self.files = list(files)
        self.asked: list[str] = []
        self.pages_only = False
        self.holds: threading.Event | None = None
        self.holding = threading.Event()
        index = self

        class Handler(QuietHandler):
            def do_GET(self) -> None:
                index.asked.append(self.path)
                if index.holds is not None and self.path.endswith(".whl"):
                    index.holding.set()
                    index.holds.wait()
                kind, content = index._content(self.path, _JSON in self.headers.get("accept", ""))
                self.send_response(404 if content is None else 200)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(content or b"")))
                self.end_headers()
                if content is not None and self.command == "GET":
                    self.wfile.write(content)

            do_HEAD = do_GET  # noqa: N815  # as http.server calls it

        super().__init__(Handler)
        self.url = f"{self.address}/simple"

    @property
    def downloaded(self) -> set[str]:
        """The names of the files that were asked for, without those of metadata."""
        return {path.rpartition("/")[2] for path in self.asked if path.endswith((".whl", ".gz"))}

    def _content(self, path: str, as_json: bool) -> tuple[str, bytes | None]:
        """The media type and the bytes of a path, None where there is nothing."""
        parts = [part for part in path.split("/") if part]
        if parts[:1] == ["files"]:
            name = parts[-1]
            for file in self.files:
                if name in (file.name, f"{file.name}.metadata"):
                    data = file.content if name == file.name else file.metadata
                    return "application/octet-stream", data
        if parts[:1] == ["simple"] and len(parts) == 2:
            found = [file for file in self.files if file.package == parts[1]]
            if found:
                return (
                    (_JSON, self._as_json(found))
                    if as_json and not self.pages_only
                    else ("text/html", self._page(found))
                )
        return "text/plain", None

    def _as_json(self, files: Sequence[File]) -> bytes:
        document = {
            "meta": {"api-version": "1.1"},
            "name": files[0].package,
            "files": [file.described(self.address) for file in files],
        }
        return json.dumps(document).encode()

    def _page(self, files: Sequence[File]) -> bytes:
        links = (
            f'<a href="/files/{file.name}#sha256={file.digest}">{file.name}</a>' for file in files
        )
        return f"<!DOCTYPE html><html><body>{'<br>'.join(links)}</body></html>".encode()
