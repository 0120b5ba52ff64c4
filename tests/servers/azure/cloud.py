"""The resource manager: apps, revisions, traffic; strict about what it is asked."""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from azure.mgmt.appcontainers import models
from provisioner.image.engine import Engine
from tests.servers.azure.apps import App
from tests.servers.azure.certificates import make_certificates
from tests.servers.azure.description import faults
from tests.servers.azure.ingress import Address
from tests.servers.azure.messages import (
    CLIENT,
    ENVIRONMENT,
    GROUP,
    RESOURCES,
    SECRET,
    SUBSCRIPTION,
    TENANT,
    Reply,
    Request,
    busy,
    invalid,
    merged,
    subscription,
)
from tests.servers.azure.revisions import LABEL, Revision
from tests.servers.azure.tasks import REGISTRIES, Tasks

_BUSY_SECONDS = 0.05


#: Is asked before each request; a reply of its own is given in place of the cloud's.
Fault = Callable[[Request], Reply | None]


class Cloud:
    """The state of the cloud, and what tests look at.

    Attributes:
        requests: to the resource manager, in order.
        violations: requests against the description, and traffic on what was not proven.
        history: the traffic of the app, each time that it was set.
        fault: see Fault.
        tokens: those that the identity has issued and that count.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.name = engine, f"cloud-{secrets.token_hex(4)}"
        self.authority, self.context = make_certificates(folder)
        self.requests: list[Request] = []
        self.violations: list[str] = []
        self.history: list[dict[str, int]] = []
        self.fault: Fault = lambda request: None
        self.tokens: set[str] = set()
        self.log_token = secrets.token_hex(8)
        self.refuses_logins = False
        self.apps: dict[str, App] = {}
        self.endpoint = ""
        self.tasks: Tasks | None = None
        self.lock = threading.RLock()
        self.network = engine.client.networks.create(self.name, labels={LABEL: self.name})

    def settings(self, registry: str, **more: Any) -> dict[str, Any]:
        """An `azure:` section that leads here, quick to wait for."""
        quick = {"poll_seconds": 0.1, "step_seconds": 0.3, "drain_seconds": 0.0}
        place = {"subscription": SUBSCRIPTION, "resource_group": GROUP, "environment": ENVIRONMENT}
        there = {"registry": registry, "resource_manager": self.endpoint, "client": "sdk"}
        return {**place, **there, **quick, "deadline_seconds": 30.0, **more}

    def environ(self) -> dict[str, str]:
        """The variables by which clients find and trust this cloud."""
        bundle = str(self.authority)
        return {
            "AZURE_AUTHORITY_HOST": self.endpoint,
            "AZURE_TENANT_ID": TENANT,
            "AZURE_CLIENT_ID": CLIENT,
            "AZURE_CLIENT_SECRET": SECRET,
            "REQUESTS_CA_BUNDLE": bundle,
            "SSL_CERT_FILE": bundle,
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }

    @property
    def writes(self) -> list[str]:
        """What was changed, as method and last part of the path."""
        return [
            f"{one.method} {one.path.rpartition('/')[2]}" for one in self.requests if one.writes
        ]

    def handle(self, request: Request) -> Reply:
        with self.lock:
            self.requests.append(request)
            return self.fault(request) or self.answer(request)

    def answer(self, request: Request) -> Reply:
        path = request.path
        if self.tasks and path.startswith(REGISTRIES):
            return self.tasks.answer(request)
        if path == f"{RESOURCES}/managedEnvironments/{ENVIRONMENT}":
            return Reply(200, self._environment())
        match = re.fullmatch(rf"{RESOURCES}/containerApps/([a-z0-9-]+)(/.*)?", path)
        if not match:
            return self._elsewhere(request)
        name, rest = match[1], (match[2] or "").split("/")[1:]
        app = self.apps.get(name)
        if not rest:
            return self._app(request, name, app)
        if app is None:
            return Reply.error(404, "ResourceNotFound", f"The Resource {path} was not found.")
        if request.writes and app.busy_until > time.monotonic():
            return busy(name)
        return self._of_app(request, app, rest)

    def _elsewhere(self, request: Request) -> Reply:
        if request.path == "/subscriptions":
            return Reply(200, {"value": [subscription()]})
        if request.path == f"/subscriptions/{SUBSCRIPTION}":
            return Reply(200, subscription())
        if request.path == "/tenants":
            return Reply(200, {"value": [{"id": f"/tenants/{TENANT}", "tenantId": TENANT}]})
        if f"/resourceGroups/{GROUP}/" not in request.path:
            return Reply.error(404, "ResourceGroupNotFound", "Resource group could not be found.")
        return Reply.error(404, "ResourceNotFound", f"The Resource {request.path} was not found.")

    def _environment(self) -> dict[str, Any]:
        return {
            "id": f"{RESOURCES}/managedEnvironments/{ENVIRONMENT}",
            "name": ENVIRONMENT,
            "location": "northeurope",
            "properties": {"provisioningState": "Succeeded", "defaultDomain": "example.org"},
        }

    def _app(self, request: Request, name: str, app: App | None) -> Reply:
        if request.method == "GET":
            if app is None:
                return Reply.error(404, "ResourceNotFound", f"containerApps/{name} was not found.")
            return Reply(200, self._app_json(name, app))
        if app and app.busy_until > time.monotonic():
            return busy(name)
        self.violations += faults(request.body, models.ContainerApp)
        if request.method == "PUT":
            app = self.apps[name] = App({"properties": {}}, self._address(name))
        elif app is None:
            return Reply.error(404, "ResourceNotFound", f"containerApps/{name} was not found.")
        app.body = merged(app.body, request.body)
        return self._changed(name, app, request)

    def _changed(self, name: str, app: App, request: Request) -> Reply:
        app.busy_until = time.monotonic() + _BUSY_SECONDS
        properties = request.body.get("properties") or {}
        if "template" in properties:
            made = self._new_revision(name, app, properties["template"])
            if isinstance(made, Reply):
                return made
        if "ingress" in (properties.get("configuration") or {}):
            self._check_traffic(app)
        status = 201 if request.method == "PUT" else 202
        return Reply(status, self._app_json(name, app))

    def _new_revision(self, name: str, app: App, template: Mapping[str, Any]) -> Reply | None:
        full = f"{name}--{template['revisionSuffix']}"
        if full in app.revisions:
            same = app.revisions[full].template == template
            return None if same else invalid("revisionSuffix", f"{full} already exists")
        held = {one["name"]: one for one in app.configuration.get("secrets") or ()}
        container = template["containers"][0]
        if "@sha256:" not in container["image"]:
            self.violations.append(f"{full}: its image is not named by a digest")
        variables = {}
        for one in container["env"]:
            if "secretRef" in one and one["secretRef"] not in held:
                return invalid("secretRef", f"secret {one['secretRef']} not found")
            secret = held.get(one.get("secretRef", ""), {})
            variables[one["name"]] = one.get("value") or secret.get("value", "")
        revision = Revision(full, template, variables, self.engine, self.name, self.name)
        app.revisions[full] = revision
        app.addresses[full] = Address(lambda: self._reached(app, revision), self.context)
        threading.Thread(target=revision.start, daemon=True).start()
        return None

    def _reached(self, app: App, revision: Revision) -> list[tuple[Revision, int]]:
        open_ = app.configuration.get("ingress") and not app.stopped and revision.active
        return [(revision, 1)] if open_ else []

    def _address(self, name: str) -> Address:
        def choice() -> list[tuple[Revision, int]]:
            app = self.apps[name]
            if app.stopped or not app.configuration.get("ingress"):
                return []
            found = ((app.revisions[one], weight) for one, weight in app.traffic.items())
            return [(one, weight) for one, weight in found if one.active]

        return Address(choice, self.context)

    def _check_traffic(self, app: App) -> None:
        traffic = app.traffic
        self.history.append(traffic)
        if traffic and sum(traffic.values()) != 100:
            self.violations.append(f"traffic of {sum(traffic.values())} percent: {traffic}")
        for name, weight in traffic.items():
            revision = app.revisions[name]
            alone = len(traffic) == 1 and not any(one.proven for one in app.revisions.values())
            if weight and not (revision.proven or (alone and revision.healthy())):
                self.violations.append(f"{weight} percent of the traffic on unproven {name}")
            if weight and not revision.active:
                self.violations.append(f"{weight} percent of the traffic on inactive {name}")

    def _of_app(self, request: Request, app: App, rest: list[str]) -> Reply:
        match (request.method, *rest):
            case ("POST", "listSecrets"):
                return Reply(200, {"value": app.configuration.get("secrets") or []})
            case ("POST", "getAuthtoken"):
                return Reply(200, {"properties": {"token": self.log_token}})
            case ("POST", "stop" | "start" as action):
                app.stopped = action == "stop"
                app.busy_until = time.monotonic() + _BUSY_SECONDS
                return Reply(202)
            case ("GET", "revisions"):
                found = [self._revision_json(app, one) for one in app.revisions.values()]
                return Reply(200, {"value": found})
            case (method, "revisions", name, *more) if name in app.revisions:
                return self._of_revision(method, app, app.revisions[name], more)
        return Reply.error(404, "ResourceNotFound", f"The Resource {request.path} was not found.")

    def _of_revision(self, method: str, app: App, revision: Revision, more: list[str]) -> Reply:
        match (method, *more):
            case ("GET",):
                return Reply(200, self._revision_json(app, revision))
            case ("GET", "replicas"):
                name = revision.name.partition("--")[0]
                return Reply(200, {"value": revision.replicas(self._logs(name))})
            case ("POST", "activate"):
                if not revision.active:
                    revision.active, revision.pull_error = True, ""
                    threading.Thread(target=revision.start, daemon=True).start()
                return Reply(200)
            case ("POST", "deactivate"):
                if app.traffic.get(revision.name):
                    self.violations.append(f"{revision.name} is deactivated and has traffic")
                revision.active = False
                revision.stop()
                return Reply(200)
        return Reply.error(404, "ResourceNotFound", "no such operation")

    def _revision_json(self, app: App, revision: Revision) -> dict[str, Any]:
        fqdn = app.addresses[revision.name].server.place if app.configuration.get("ingress") else ""
        return revision.as_json(fqdn, app.traffic.get(revision.name, 0))

    def _logs(self, name: str) -> str:
        return f"{self.endpoint}{RESOURCES}/containerApps/{name}".replace(
            "/providers/Microsoft.App", ""
        )

    def _app_json(self, name: str, app: App) -> dict[str, Any]:
        properties = dict(app.body["properties"])
        configuration = dict(app.configuration)
        hidden = [{"name": one["name"]} for one in configuration.get("secrets") or ()]
        configuration["secrets"] = hidden
        if configuration.get("ingress"):
            configuration["ingress"] = {
                **configuration["ingress"],
                "fqdn": app.address.server.place,
            }
        changing = app.busy_until > time.monotonic()
        latest = list(app.revisions)[-1] if app.revisions else ""
        properties |= {
            "configuration": configuration,
            "provisioningState": "InProgress" if changing else "Succeeded",
            "runningStatus": "Stopped" if app.stopped else "Running",
            "latestRevisionName": latest,
            "eventStreamEndpoint": f"{self._logs(name)}/eventstream",
        }
        return {**app.body, "id": f"{RESOURCES}/containerApps/{name}", "name": name,
                "type": "Microsoft.App/containerApps", "properties": properties}  # fmt: skip

    def stream(self, path: str, *, follow: bool, tail: int) -> Iterator[str] | None:
        """The lines of a log stream, None where there is none at that path."""
        match = re.search(r"/containerApps/([^/]+)/(?:eventstream|revisions/([^/]+)/.*)$", path)
        app = self.apps.get(match[1]) if match else None
        if match is None or app is None:
            return None
        if match[2]:
            return app.revisions[match[2]].console(follow=follow, tail=tail)
        events = [event for one in app.revisions.values() for event in one.events]
        return iter([json.dumps(one) for one in events[-tail:]])

    def remove_apps(self) -> None:
        """Remove all apps, with their addresses and containers."""
        with self.lock:
            self._end()
            self.apps.clear()

    def close(self) -> None:
        self._end()
        self.network.remove()

    def _end(self) -> None:
        for app in self.apps.values():
            for address in (app.address, *app.addresses.values()):
                address.server.end()
        wanted = {"label": f"{LABEL}={self.name}"}
        for container in self.engine.client.containers.list(all=True, filters=wanted):
            container.remove(force=True)


@contextmanager
def azure_cloud(engine: Engine, folder: Path) -> Iterator[Cloud]:
    """A cloud for the length of the block; this process finds and trusts it meanwhile."""
    from tests.servers.azure.endpoint import serve

    folder.mkdir(parents=True, exist_ok=True)
    cloud = Cloud(engine, folder)
    server = serve(cloud)
    cloud.endpoint = f"https://{server.place}"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in cloud.environ().items():
            patch.setenv(name, value)
        try:
            yield cloud
        finally:
            server.end()
            cloud.close()
