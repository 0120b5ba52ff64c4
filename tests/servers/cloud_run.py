"""Google Cloud Run in a process: Admin API v2, token endpoint, Cloud Logging and ingress over TLS.

Its revisions are containers of this machine's engine. Fields that the published description of the
API does not have are violations, and so is traffic on a revision that has not answered as itself.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from provisioner.image.engine import Engine
from tests.servers.azure.certificates import make_certificates
from tests.servers.azure.ingress import Address, TLSServer
from tests.servers.azure.revisions import LABEL, Revision

PROJECT, REGION = "shop-project", "europe-west1"
_PARENT = f"projects/{PROJECT}/locations/{REGION}"
_DONE = "CONDITION_SUCCEEDED"


def _message(required: str = "", **fields: Any) -> dict[str, Any]:
    """A message that has these fields alone."""
    return {
        "type": "object",
        "properties": fields,
        "required": required.split(),
        "additionalProperties": False,
    }


def _list(item: Any) -> dict[str, Any]:
    return {"type": "array", "items": item}


_TEXT, _NUMBER = {"type": "string"}, {"type": "integer"}
_PROBE = _message(
    "httpGet",
    httpGet=_message("path", path=_TEXT, port=_NUMBER),
    periodSeconds=_NUMBER,
    failureThreshold=_NUMBER,
)
_SOURCE = _message("secretKeyRef", secretKeyRef=_message("secret", secret=_TEXT, version=_TEXT))
_CONTAINER = _message(
    "image ports startupProbe",
    image=_TEXT,
    ports=_list(_message("containerPort", containerPort=_NUMBER)),
    env=_list(_message("name", name=_TEXT, value=_TEXT, valueSource=_SOURCE)),
    resources=_message(limits=_message("cpu memory", cpu=_TEXT, memory=_TEXT)),
    startupProbe=_PROBE,
    livenessProbe=_PROBE,
)
_BY_REVISION = {"const": "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"}
_TARGET = {"type": _BY_REVISION, "revision": _TEXT, "percent": _NUMBER, "tag": _TEXT}
#: What a client may set, and what it may send back as it was read.
SERVICE = _message(
    "template traffic",
    template=_message(
        "revision containers",
        revision=_TEXT,
        scaling=_message(minInstanceCount=_NUMBER, maxInstanceCount=_NUMBER),
        serviceAccount=_TEXT,
        containers=_list(_CONTAINER),
    ),
    traffic=_list(_message("type revision percent", **_TARGET)),
    scaling=_message(scalingMode={"enum": ["AUTOMATIC", "MANUAL"]}, manualInstanceCount=_NUMBER),
    name=_TEXT,
    etag=_TEXT,
    uri=_TEXT,
    reconciling={"type": "boolean"},
    trafficStatuses=_list({"type": "object"}),
    terminalCondition={"type": "object"},
)


class CloudRun:
    """One project; `history` is the traffic in percent, each time that it was set."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.name = engine, f"cloud-{secrets.token_hex(4)}"
        self.authority, self.context = make_certificates(folder)
        self.service: dict[str, Any] | None = None
        self.revisions: dict[str, Revision] = {}
        self.addresses: dict[str, Address] = {}
        self.faults: dict[str, str] = {}
        self.operations: dict[str, dict[str, Any]] = {}
        self.violations: list[str] = []
        self.history: list[dict[str, int]] = []
        self.writes: list[str] = []
        self.token = secrets.token_hex(16)
        self.refuses_logins = False
        self.network = engine.client.networks.create(self.name, labels={LABEL: self.name})
        self.address = Address(self._chosen, self.context)
        self.server = _serve(self)
        self.credentials = folder / "credentials.json"
        self.credentials.write_text(json.dumps(self._service_account()))

    @property
    def url(self) -> str:
        return f"https://{self.server.place}"

    def settings(self, registry: str) -> dict[str, Any]:
        """A `cloudrun:` section that leads here, quick to wait for."""
        place = {"project": PROJECT, "region": REGION, "registry": registry}
        there = {"address": self.url, "logging_address": self.url}
        return {**place, **there, "poll_seconds": 0.1, "deadline_seconds": 30.0}

    def close(self) -> None:
        for revision in self.revisions.values():
            revision.stop()
        for address in (self.address, *self.addresses.values()):
            address.server.end()
        self.server.end()
        self.network.remove()

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        """The status and JSON for a request with a token that counts."""
        services = f"/v2/{_PARENT}/services"
        if method != "GET" and path.startswith("/v2/projects"):
            self.writes.append(method)
        if path.startswith(f"/v2/{_PARENT}/operations/"):
            return 200, self.operations[path.removeprefix("/v2/")]
        if path == "/v2/entries:list":
            return 200, {"entries": self._entries(body)}
        if match := re.fullmatch(rf"{services}\?serviceId=([a-z0-9-]+)", path):
            if self.service is not None:
                return _error(409, "ALREADY_EXISTS")
            self.service = {"name": f"{_PARENT}/services/{match[1]}", "uri": self._place()}
            return self._change(body)
        if self.service is None:
            return _error(404, "NOT_FOUND")
        if match := re.fullmatch(rf"{services}/[a-z0-9-]+/revisions/([a-z0-9-]+)", path):
            found = self.revisions.get(match[1])
            return (200, {"name": path[4:], **found.template["message"]}) if found else (404, {})
        if method == "GET":
            return 200, self.service
        if body.get("etag") != self.service["etag"]:
            return _error(409, "ABORTED")
        return self._change(body)

    def _place(self) -> str:
        return f"https://{self.address.server.place}"

    def _change(self, body: Any) -> tuple[int, Any]:
        try:
            jsonschema.validate(body, SERVICE)
        except jsonschema.ValidationError as error:
            self.violations.append(str(error))
            return _error(400, "INVALID_ARGUMENT")
        assert self.service is not None
        name = body["template"]["revision"]
        if not name.startswith(self.service["name"].rpartition("/")[2] + "-") or len(name) > 63:
            return _error(400, "INVALID_ARGUMENT: revision name")
        self.service |= {
            key: body[key] for key in ("template", "traffic", "scaling") if key in body
        }
        self.service |= {"etag": secrets.token_hex(4), "reconciling": True}
        self.service.setdefault("trafficStatuses", [])
        operation = f"{_PARENT}/operations/{secrets.token_hex(4)}"
        self.operations[operation] = {"name": operation, "done": False}
        threading.Thread(target=self._reconcile, args=(operation, name), daemon=True).start()
        return 200, self.operations[operation]

    def _reconcile(self, operation: str, name: str) -> None:
        assert self.service is not None
        if name not in self.revisions:
            self.faults[name] = self._start(name)
        named = [one["revision"] for one in self.service["traffic"]]
        error = next(filter(None, (self.faults[one] for one in named)), "")
        if not error:
            self._route()
        ended: dict[str, Any] = (
            {"error": {"code": 9, "message": error}} if error else {"response": {}}
        )
        self.service |= {"reconciling": False, "terminalCondition": {"state": _DONE}}
        self.operations[operation] = {"name": operation, "done": True, **ended}

    def _start(self, name: str) -> str:
        """Start a revision; gives Cloud Run's words where it does not become ready."""
        assert self.service is not None
        message = self.service["template"]
        container = message["containers"][0]
        spec = {"name": "app", "image": container["image"], "probes": [container["startupProbe"]]}
        variables = {one["name"]: one.get("value", "") for one in container["env"]}
        template = {"containers": [spec], "message": message}
        revision = Revision(name, template, variables, self.engine, self.name, self.name)
        if "@sha256:" not in container["image"]:
            self.violations.append(f"{name}: its image is not named by a digest")
        self.revisions[name] = revision
        revision.start()
        for _ in range(container["startupProbe"]["failureThreshold"]):
            if revision.healthy():
                self.addresses[name] = Address(lambda: [(revision, 1)], self.context)
                return ""
            if revision.about()[1] > 0 or revision.pull_error:
                break
            time.sleep(0.1)
        return (
            f"Revision '{name}' is not ready and cannot serve traffic. "
            f"{revision.pull_error or 'The user-provided container failed to start and listen.'}"
        )

    def _route(self) -> None:
        assert self.service is not None
        traffic = self.service["traffic"]
        self.history.append({one["revision"]: one["percent"] for one in traffic if one["percent"]})
        for one in traffic:
            if (
                one["percent"]
                and len(self.addresses) > 1  # else there is nothing that could have it
                and not self.revisions[one["revision"]].proven
            ):
                self.violations.append(f"{one['percent']} percent on unproven {one['revision']}")
        self.service["trafficStatuses"] = [
            {**one, "uri": f"https://{self.addresses[one['revision']].server.place}"}
            for one in traffic
        ]

    def _chosen(self) -> list[tuple[Revision, int]]:
        if self.service is None:
            return []
        scaling = self.service.get("scaling") or {}
        if scaling.get("scalingMode") == "MANUAL" and not scaling.get("manualInstanceCount"):
            return []
        statuses = self.service["trafficStatuses"]
        return [(self.revisions[one["revision"]], one["percent"]) for one in statuses]

    def _entries(self, body: Any) -> list[dict[str, str]]:
        found = re.search(r'revision_name="([^"]+)"(?: AND timestamp>"([^"]+)")?$', body["filter"])
        assert found
        revision = self.revisions.get(found[1])
        if revision is None or revision.container is None:
            return []
        lines = revision.container.logs(timestamps=True).decode().splitlines()
        pairs = (line.partition(" ") for line in lines)
        entries = [{"timestamp": stamp, "textPayload": text} for stamp, _, text in pairs]
        return [one for one in reversed(entries) if one["timestamp"] > (found[2] or "")]

    def _service_account(self) -> dict[str, str]:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "1",
            "private_key": private.decode(),
            "client_email": f"deploy@{PROJECT}.iam.gserviceaccount.com",
            "client_id": "1",
            "token_uri": f"{self.url}/token",
        }


def _error(status: int, what: str) -> tuple[int, Any]:
    return status, {"error": {"code": status, "message": what, "status": what}}


def _serve(cloud: CloudRun) -> TLSServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            """Nothing is printed."""

        def do_GET(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, body = self.answered(content)
            said = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def do_POST(self) -> None:
            self.do_GET()

        def do_PATCH(self) -> None:
            self.do_GET()

        def answered(self, content: bytes) -> tuple[int, Any]:
            if urlsplit(self.path).path == "/token":
                assertion = parse_qs(content.decode()).get("assertion", [""])[0]
                if cloud.refuses_logins or assertion.count(".") != 2:
                    return 400, {"error": "invalid_grant", "error_description": "Invalid JWT"}
                return 200, {"access_token": cloud.token, "expires_in": 3599}
            if self.headers.get("Authorization") != f"Bearer {cloud.token}":
                return _error(401, "UNAUTHENTICATED")
            return cloud.answer(self.command, self.path, json.loads(content or b"{}"))

    return TLSServer(Handler, cloud.context)


@contextmanager
def cloud_run(engine: Engine, folder: Path) -> Iterator[CloudRun]:
    """A project for the length of the block; this process finds and trusts it meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    cloud = CloudRun(engine, folder)
    bundle = str(cloud.authority)
    variables = {
        "GOOGLE_APPLICATION_CREDENTIALS": str(cloud.credentials),
        "REQUESTS_CA_BUNDLE": bundle,
        "SSL_CERT_FILE": bundle,
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        try:
            yield cloud
        finally:
            cloud.close()
