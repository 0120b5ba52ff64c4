"""A container app on Azure: what is known of it and its revisions, and what can be done to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from provisioner.errors import AzureRefused, WaitTimedOut
from provisioner.modes.azure.api import AzureSilent, Json, Method, ResourceManager
from provisioner.modes.azure.settings import AzureSettings

#: Tags of the app: that it is ours; the revision that was proven last; the one before.
OWNED = "ai-assisted-deploy"
STABLE, PREVIOUS = "ai-assisted-deploy-stable", "ai-assisted-deploy-previous"
_FIRST_PAUSE_SECONDS, _LAST_PAUSE_SECONDS = 0.5, 15.0


@dataclass(frozen=True, slots=True)
class AppState:
    """The app, as Azure tells it; `traffic` is in percent by the revision's name."""

    fqdn: str
    traffic: Mapping[str, int]
    tags: Mapping[str, str]
    busy: bool
    stopped: bool
    events: str

    @property
    def stable(self) -> str:
        return self.tags.get(STABLE, "")

    @property
    def previous(self) -> str:
        return self.tags.get(PREVIOUS, "")

    @classmethod
    def of_json(cls, found: Json) -> AppState:
        properties = found["properties"]
        ingress = (properties.get("configuration") or {}).get("ingress") or {}
        weights = [one for one in ingress.get("traffic") or () if one.get("weight")]
        latest = properties.get("latestRevisionName", "")
        return cls(
            fqdn=ingress.get("fqdn") or "",
            traffic={one.get("revisionName") or latest: one["weight"] for one in weights},
            tags=found.get("tags") or {},
            busy=properties.get("provisioningState") in ("InProgress", "Deleting"),
            stopped=properties.get("runningStatus") == "Stopped",
            events=properties.get("eventStreamEndpoint") or "",
        )


@dataclass(frozen=True, slots=True)
class Replica:
    """One replica of a revision; `ended` says how its container ended, "" while it did not."""

    name: str
    ready: bool
    ended: str
    log: str

    @classmethod
    def of_json(cls, found: Json) -> Replica:
        containers = (found.get("properties") or {}).get("containers") or [{}]
        one = containers[0]
        details = one.get("runningStateDetails") or ""
        restarts = int(one.get("restartCount") or 0)
        ended = details or "it ended" if one.get("runningState") == "Terminated" else ""
        if restarts:
            ended = f"it was restarted {restarts} times: {details}".rstrip(": ")
        return cls(found["name"], bool(one.get("ready")), ended, one.get("logStreamEndpoint") or "")


@dataclass(frozen=True, slots=True)
class RevisionState:
    """One revision, as Azure tells it."""

    name: str
    fqdn: str
    active: bool
    provisioning: str
    running: str
    health: str
    error: str
    variables: Mapping[str, str]
    raw: Json = field(repr=False)

    @classmethod
    def of_json(cls, found: Json) -> RevisionState:
        one = found["properties"]
        containers = (one.get("template") or {}).get("containers") or [{}]
        return cls(
            name=found["name"],
            fqdn=one.get("fqdn") or "",
            active=bool(one.get("active")),
            provisioning=one.get("provisioningState") or "",
            running=one.get("runningState") or "",
            health=one.get("healthState") or "",
            error=one.get("provisioningError") or "",
            variables={it["name"]: it.get("value", "") for it in containers[0].get("env") or ()},
            raw=found,
        )

    @property
    def revision(self) -> str:
        """The commit that it was made of."""
        return self.variables.get("REVISION", "")

    @property
    def secrets(self) -> set[str]:
        """The names of the secrets that it refers to."""
        containers = self.raw["properties"]["template"]["containers"]
        variables = (one for container in containers for one in container.get("env") or ())
        return {one["secretRef"] for one in variables if one.get("secretRef")}

    @property
    def failed(self) -> str:
        """Why Azure gave it up, "" while it did not."""
        states = (self.provisioning, self.running)
        if any(state.endswith("Failed") for state in states):
            return self.error or f"provisioning {states[0]}, running {states[1] or 'unknown'}"
        return ""


class ContainerApp:
    """The requests on one app. All of them are declarative: what is so already is not asked for.

    A request that Azure throttles is given again, for `patience` seconds.
    """

    def __init__(
        self,
        manager: ResourceManager,
        settings: AzureSettings,
        name: str,
        patience: float,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.manager, self.settings, self.name, self.sleep = manager, settings, name, sleep
        self.patience = patience
        self._group = (
            f"/subscriptions/{settings.subscription}/resourceGroups/{settings.resource_group}"
        )
        self.path = f"{self._group}/providers/Microsoft.App/containerApps/{name}"

    def with_patience(self, patience: float) -> ContainerApp:
        """The same app, asked with other patience."""
        return ContainerApp(self.manager, self.settings, self.name, patience, self.sleep)

    @property
    def environment_path(self) -> str:
        name = self.settings.environment
        return f"{self._group}/providers/Microsoft.App/managedEnvironments/{name}"

    async def environment(self) -> Json:
        """The Container Apps environment; raises AzureRefused where there is no ready one."""
        found = await self.ask("GET", self.environment_path)
        name = self.settings.environment
        if found is None:
            raise AzureRefused(
                f"there is no Container Apps environment {name} in {self.settings.resource_group}",
                next_step=f"`az containerapp env create --name {name}`, or mend azure.environment",
            )
        state = found["properties"].get("provisioningState", "Succeeded")
        if state != "Succeeded":
            raise AzureRefused(
                f"the Container Apps environment {name} is not ready: {state}",
                next_step="wait until `az containerapp env show` says Succeeded",
            )
        return found

    async def look(self) -> AppState | None:
        """The app as it is now, None where there is none."""
        found = await self.ask("GET", self.path)
        return None if found is None else AppState.of_json(found)

    async def create(self, body: Json) -> None:
        await self.ask("PUT", self.path, body)
        await self.settled()

    async def update(self, body: Json) -> None:
        """Merge a change into the app, and wait until Azure has made it."""
        await self.ask("PATCH", self.path, body)
        await self.settled()

    async def settled(self) -> AppState:
        """The app once no change of it is under way; raises AzureRefused, WaitTimedOut."""
        began = monotonic()
        while monotonic() - began < self.settings.deadline_seconds:
            state = await self.look()
            if state is None:
                raise AzureRefused(f"the container app {self.name} is gone")
            if not state.busy:
                return state
            await self.sleep(self.settings.poll_seconds)
        raise WaitTimedOut(
            f"Azure is still busy with a change of {self.name}",
            next_step="give the same command again; it goes on by itself",
        )

    async def send_traffic(self, *weights: tuple[str, int], tags: Json | None = None) -> None:
        """Pin the traffic to named revisions, in percent."""
        traffic = [{"revisionName": name, "weight": weight} for name, weight in weights if weight]
        change: dict[str, Any] = {
            "properties": {"configuration": {"ingress": {"traffic": traffic}}}
        }
        await self.update({**change, "tags": tags} if tags else change)

    async def revision(self, name: str) -> RevisionState | None:
        found = await self.ask("GET", f"{self.path}/revisions/{name}")
        return None if found is None else RevisionState.of_json(found)

    async def revisions(self) -> list[RevisionState]:
        found = await self.ask("GET", f"{self.path}/revisions") or {}
        return [RevisionState.of_json(one) for one in found.get("value", ())]

    async def replicas(self, revision: str) -> list[Replica]:
        found = await self.ask("GET", f"{self.path}/revisions/{revision}/replicas") or {}
        return [Replica.of_json(one) for one in found.get("value", ())]

    async def activate(self, revision: str) -> None:
        await self.ask("POST", f"{self.path}/revisions/{revision}/activate")
        await self.settled()

    async def deactivate(self, revision: str) -> None:
        await self.ask("POST", f"{self.path}/revisions/{revision}/deactivate")
        await self.settled()

    async def start(self) -> None:
        await self.ask("POST", f"{self.path}/start")
        await self.settled()

    async def stop(self) -> None:
        await self.ask("POST", f"{self.path}/stop")
        await self.settled()

    async def secrets(self) -> list[Mapping[str, str]]:
        """The app's secrets with their values."""
        found = await self.ask("POST", f"{self.path}/listSecrets") or {}
        return list(found.get("value", ()))

    async def log_token(self) -> str:
        """What opens the log streams."""
        found = await self.ask("POST", f"{self.path}/getAuthtoken") or {"properties": {}}
        return str(found["properties"].get("token", ""))

    async def ask(self, method: Method, path: str, body: Json | None = None) -> Json | None:
        """Send one request, again where Azure is silent; raises AzureSilent out of patience."""
        began, pause = monotonic(), _FIRST_PAUSE_SECONDS
        while True:
            try:
                return await self.manager.request(method, path, body)
            except AzureSilent as error:
                wait = max(error.retry_after, pause)
                if monotonic() - began + wait > self.patience:
                    raise
            await self.sleep(wait)
            pause = min(pause * 2, _LAST_PAUSE_SECONDS)
