"""A revision: a container of this machine's engine, and what Azure would say of it."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
from docker.errors import APIError, NotFound
from docker.models.containers import Container

from provisioner.image.engine import Engine

LABEL = "ai-assisted-deploy.test-cloud"


@dataclass
class Revision:
    """A revision as it was asked for, and its container.

    Attributes:
        variables: with the values of secrets.
        proven: whether it has answered at its own address as the revision that it is.
        pull_error: why its image could not be pulled.
    """

    name: str
    template: Mapping[str, Any]
    variables: Mapping[str, str]
    engine: Engine
    cloud: str
    network: str
    created: str = field(default_factory=lambda: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
    active: bool = True
    proven: bool = False
    pull_error: str = ""
    container: Container | None = None
    port: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)
    replica: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def spec(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.template["containers"][0]
        return found

    @property
    def commit(self) -> str:
        return self.variables.get("REVISION", "")

    def start(self) -> None:
        """Pull the image and start the container; what fails is said as Azure says it."""
        with self.lock:
            self.replica = f"{self.name}-{secrets.token_hex(4)}"
            self.say("PullingImage", f"Pulling image '{self.spec['image']}'")
            try:
                self.engine.client.images.pull(self.spec["image"])
                self.container = self._run()
            except (APIError, NotFound) as error:
                self.pull_error = str(error.explanation)
                self.say("ImagePullFailure", f"Failed to pull image: {self.pull_error}")
                return
            self.say("ContainerStarted", f"Started container '{self.spec['name']}'")

    def _run(self) -> Container:
        probes = [one["httpGet"]["port"] for one in self.spec["probes"]]
        container = self.engine.client.containers.run(
            self.spec["image"],
            detach=True,
            environment=dict(self.variables),
            ports={f"{probes[0]}/tcp": ("127.0.0.1", None)},
            network=self.network,
            labels={LABEL: self.cloud},
            restart_policy={"Name": "always"},
        )
        container.reload()
        bound = container.attrs["NetworkSettings"]["Ports"].get(f"{probes[0]}/tcp") or [{}]
        self.port = int(bound[0].get("HostPort", 0))
        return container

    def stop(self) -> None:
        with self.lock:
            if self.container is not None:
                with suppress(NotFound):
                    self.container.remove(force=True)
                self.container = None
                self.say("RevisionDeactivating", "Deactivating revision")

    def say(self, reason: str, message: str) -> None:
        """Add an event to the system log, once."""
        known = {(one["Reason"], one["Msg"]) for one in self.events}
        if (reason, message) not in known:
            self.events.append(
                {
                    "TimeStamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                    "Type": "Normal" if reason.endswith("ed") else "Warning",
                    "ContainerAppName": self.name.partition("--")[0],
                    "RevisionName": self.name,
                    "ReplicaName": self.replica,
                    "Msg": message,
                    "Reason": reason,
                    "EventSource": "ContainerAppController",
                    "Count": 1,
                }
            )

    def about(self) -> tuple[str, int, int]:
        """The container's state, how often it was restarted, its last exit code."""
        with self.lock:
            if self.container is None:
                return "", 0, 0
            try:
                self.container.reload()
            except NotFound:
                return "", 0, 0
            state = self.container.attrs["State"]
            restarts = int(self.container.attrs["RestartCount"])
            if restarts or state["Status"] == "exited":
                code = state["ExitCode"]
                self.say(
                    "ContainerTerminated",
                    f"Container '{self.spec['name']}' was terminated with exit code '{code}' and "
                    "reason 'ProcessExited'",
                )
                bound = self.container.attrs["NetworkSettings"]["Ports"] or {}
                found = [one for one in bound.values() if one]
                self.port = int(found[0][0]["HostPort"]) if found else self.port
            return state["Status"], restarts, int(state["ExitCode"])

    def healthy(self) -> bool:
        """Whether the probes' path answers."""
        status, _, _ = self.about()
        if status != "running":
            return False
        path = self.spec["probes"][0]["httpGet"]["path"]
        try:
            answer = httpx.get(f"http://127.0.0.1:{self.port}{path}", trust_env=False, timeout=1)
        except httpx.TransportError as error:
            self.say("ProbeFailed", f"Probe of StartUp failed: {type(error).__name__}")
            return False
        if answer.status_code >= 400:
            self.say(
                "ProbeFailed", f"Probe of StartUp failed with status code: {answer.status_code}"
            )
        return answer.status_code < 400

    def as_json(self, fqdn: str, weight: int) -> dict[str, Any]:
        healthy = self.active and self.healthy()
        _, restarts, _ = self.about()
        running = "Running" if healthy else "Degraded" if restarts else "Processing"
        if self.pull_error:
            running = "Failed"
        properties = {
            "createdTime": self.created,
            "fqdn": fqdn,
            "template": self.template,
            "active": self.active,
            "replicas": 1 if self.active and self.container else 0,
            "trafficWeight": weight,
            "healthState": "Healthy" if healthy else "Unhealthy" if self.active else "None",
            "provisioningState": "Failed" if self.pull_error else "Provisioned",
            "runningState": running if self.active else "Stopped",
        }
        if self.pull_error:
            properties["provisioningError"] = self.pull_error
        return {"name": self.name, "type": "Microsoft.App/Containerapps/revisions",
                "properties": properties}  # fmt: skip

    def replicas(self, endpoint: str) -> list[dict[str, Any]]:
        if not self.active or (self.container is None and not self.pull_error):
            return []
        healthy = self.healthy()
        status, restarts, code = self.about()
        state = {"running": "Running", "exited": "Terminated"}.get(status, "Waiting")
        details = f"exit code {code}" if restarts or status == "exited" else ""
        container = {
            "name": self.spec["name"],
            "ready": healthy,
            "started": healthy,
            "restartCount": restarts,
            "runningState": state,
            "runningStateDetails": details,
            "logStreamEndpoint": f"{endpoint}/revisions/{self.name}/replicas/{self.replica}"
            f"/containers/{self.spec['name']}/logstream",
        }
        return [
            {
                "name": self.replica,
                "type": "Microsoft.App/containerapps/revisions/replicas",
                "properties": {
                    "createdTime": self.created,
                    "runningState": "Running" if healthy else "NotRunning",
                    "containers": [container],
                },
            }
        ]

    def console(self, *, follow: bool, tail: int) -> Iterator[str]:
        """What the container prints, as lines of a log stream."""
        if self.container is None:
            return
        said: Any = self.container.logs(stream=True, follow=follow, tail=tail)
        left = b""
        for piece in said:
            *lines, left = (left + piece).split(b"\n")
            for line in lines:
                stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
                yield json.dumps({"TimeStamp": stamp, "Log": line.decode("utf-8", "replace")})
