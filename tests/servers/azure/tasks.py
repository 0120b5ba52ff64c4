"""Tasks of the container registry: sources that are sent, and builds of this machine's engine.

Fields that the published description does not have are violations.
"""

from __future__ import annotations

import gzip
import io
import re
import secrets
import tarfile
import threading
from typing import Any

from docker.errors import APIError, BuildError

from provisioner.image.building.host_settings import build_secrets
from provisioner.image.engine import Engine
from tests.servers.azure.messages import GROUP, SUBSCRIPTION, Reply, Request

REGISTRIES = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/"
    "Microsoft.ContainerRegistry/registries/"
)
_FIELDS = {
    *("type", "imageNames", "isPushEnabled", "noCache", "dockerFilePath", "target", "arguments"),
    *("timeout", "platform", "agentConfiguration", "sourceLocation", "credentials"),
}


class Tasks:
    """The registry at `place`; `scheduled` are the requests for builds."""

    def __init__(self, engine: Engine, place: str) -> None:
        self.engine, self.place, self.endpoint = engine, place, ""
        self.sources: dict[str, bytes] = {}
        self.runs: dict[str, dict[str, Any]] = {}
        self.logs: dict[str, str] = {}
        self.scheduled: list[Any] = []
        self.violations: list[str] = []

    def answer(self, request: Request) -> Reply:
        name, _, rest = request.path.removeprefix(REGISTRIES).partition("/")
        if name != self.place.partition(".")[0]:
            return Reply.error(404, "ResourceNotFound", f"The Resource {name} was not found.")
        if (request.method, rest) == ("POST", "listBuildSourceUploadUrl"):
            token = secrets.token_hex(8)
            relative = f"source/{token}.tar.gz"
            upload = f"{self.endpoint}/storage/{relative}?sig=signed"
            return Reply(200, {"uploadUrl": upload, "relativePath": relative})
        if (request.method, rest) == ("POST", "scheduleRun"):
            return self._scheduled(request.body)
        if (request.method, rest) == ("GET", "runs"):
            found = [{"properties": one} for one in self.runs.values()]
            return Reply(200, {"value": found[::-1]})
        match = re.fullmatch(r"runs/(\w+)(/listLogSasUrl)?", rest)
        if match and match[1] in self.runs:
            if match[2]:
                return Reply(200, {"logLink": f"{self.endpoint}/storage/logs/{match[1]}"})
            return Reply(200, {"properties": self.runs[match[1]]})
        return Reply.error(404, "ResourceNotFound", f"The Resource {rest} was not found.")

    def stored(self, method: str, path: str, kind: str, content: bytes) -> tuple[int, bytes]:
        """What the storage answers to a request of an address that it was asked for."""
        name = path.removeprefix("/storage/")
        if method == "PUT" and kind == "BlockBlob":
            self.sources[name] = content
            return 201, b""
        said = self.logs.get(name.removeprefix("logs/"))
        return (200, said.encode()) if method == "GET" and said is not None else (400, b"")

    def _scheduled(self, body: Any) -> Reply:
        self.scheduled.append(body)
        self.violations += [f"scheduleRun: {one}" for one in body.keys() - _FIELDS]
        if body.get("platform") != {"os": "Linux", "architecture": "amd64"}:
            self.violations.append(f"scheduleRun: platform {body.get('platform')}")
        if body.get("sourceLocation") not in self.sources:
            return Reply.error(400, "InvalidSourceLocation", "The source was not found.")
        run = f"ca{len(self.runs) + 1}"
        self.runs[run] = {"runId": run, "status": "Queued"}
        threading.Thread(target=self._build, args=(run, body), daemon=True).start()
        return Reply(200, {"properties": self.runs[run]})

    def _build(self, run: str, body: Any) -> None:
        self.runs[run] = {"runId": run, "status": "Running"}
        repository, _, tag = body["imageNames"][0].partition(":")
        full, api = f"{self.place}/{repository}", self.engine.client.api
        try:
            image, said = self.engine.client.images.build(
                fileobj=self._with_network(self.sources[body["sourceLocation"]]),
                custom_context=True,
                dockerfile=body["dockerFilePath"],
                network_mode="host",
                tag=f"{full}:{tag}",
                rm=True,
                forcerm=True,
            )
        except (BuildError, APIError) as error:
            lines = getattr(error, "build_log", ())
            self.logs[run] = "".join(one.get("stream", "") for one in lines) + str(error)
            self.runs[run] = {"runId": run, "status": "Failed", "runErrorMessage": "failed"}
            return
        self.logs[run] = "".join(str(one.get("stream", "")) for one in said)
        pushed = list(api.push(full, tag, stream=True, decode=True))
        digests = [one["aux"]["Digest"] for one in pushed if "aux" in one]
        self.engine.client.images.remove(f"{full}:{tag}")
        image = {"registry": self.place, "repository": repository, "tag": tag}
        images = [{**image, "digest": digest} for digest in digests]
        status = "Succeeded" if images else "Failed"
        self.runs[run] = {"runId": run, "status": status, "outputImages": images}

    def _with_network(self, source: bytes) -> io.BytesIO:
        """The source, with the settings by which a build on this machine reaches an index."""
        buffer = io.BytesIO(gzip.decompress(source))
        with tarfile.open(fileobj=buffer, mode="a") as tar:
            for name, content in build_secrets(self.engine.environ).items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
        buffer.seek(0)
        return buffer
