"""CLOUDRUN mode: the feature as a revision of a service on Google Cloud Run.

Tried against a stub of Google's APIs alone. A new revision gets a tag, and with it an address of
its own, before it gets any traffic. The tags `live` and `previous` say which revision serves and
which served before; Cloud Run alone knows that.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from provisioner.errors import (
    ModeUnconfigured,
    NotDeployed,
    ServiceUnhealthy,
    WaitTimedOut,
)
from provisioner.feature.feature_config import FeatureConfig, SecretReference, load_feature_config
from provisioner.files.atomic import atomic_write
from provisioner.files.reading import read_file
from provisioner.modes.base import DeployedMode, Deployment, Provisioner, Status, Target
from provisioner.modes.cloudrun.api import CloudRunApi, Json, to_revision
from provisioner.modes.cloudrun.settings import CloudRunSettings
from provisioner.modes.health import HealthReport, revision_variables, wait_healthy
from provisioner.modes.pushed_image import push_image

if TYPE_CHECKING:
    from pydantic import BaseModel

_NEEDED = ("project", "region", "registry")


class CloudRunProvisioner(Provisioner):
    """Runs the feature's image on Cloud Run; what is so already is not asked for again."""

    mode: ClassVar[DeployedMode] = "CLOUDRUN"

    def __init__(self, target: Target) -> None:
        self.target = target
        self._image = ""

    @classmethod
    def check(cls, settings: BaseModel | None) -> None:
        _complete(settings)

    @classmethod
    def preview(cls, folder: Path) -> Mapping[str, str]:
        return {
            "deploy": "docker build --platform linux/amd64, docker push, a revision without "
            "traffic, GET /health at its own address, all traffic",
            "health_check": "GET /health",
        }

    async def build(self, *, skip_base: bool = False) -> str:
        pushed = await push_image(
            self.target, _complete(self.target.settings).registry, skip_base=skip_base
        )
        self._image = pushed.reference
        return f"{pushed.decision}; pushed as {pushed.reference}"

    async def deploy(self, *, revision: str) -> Deployment:
        settings, config = _complete(self.target.settings), load_feature_config(self.target.folder)
        if not self._image:
            await self.build()
        atomic_write(self._record, settings.model_dump_json(indent=2).encode())
        wanted = _template(config, settings, image=self._image, revision=revision)
        name = wanted["revision"]
        async with CloudRunApi(settings, self.target.feature) as api:
            try:
                service = await _made(api, wanted)
                await _prove(service, name, config, revision)
            except (ServiceUnhealthy, WaitTimedOut) as error:
                raise await _with_log(api, name, error) from error
            if (live := _tagged(service, "live")) != name:
                await api.send_traffic(service, name, live)
        return Deployment(self.mode, name, service["uri"], revision)

    async def wait_healthy(self, deployment: Deployment) -> HealthReport:
        config = load_feature_config(self.target.folder)
        return await _healthy(deployment.url, config, deployment.revision, rolling=True)

    async def status(self, deployment: Deployment) -> Status:
        return "running" if await self.serving(deployment) else "stopped"

    async def serving(self, deployment: Deployment) -> Deployment | None:
        async with self._api() as api:
            service = await api.service()
            if service is None or _stopped(service) or not _tagged(service, "live"):
                return None
            return await self._deployment(api, service, _tagged(service, "live"))

    async def earlier(self, deployment: Deployment) -> Deployment | None:
        async with self._api() as api:
            service = await api.service()
            name = _tagged(service, "previous") if service else ""
            return await self._deployment(api, service, name) if service and name else None

    async def logs(self, deployment: Deployment) -> tuple[str, ...]:
        async with self._api() as api:
            return tuple(line for _, line in await api.log(deployment.id))

    def follow(self, deployment: Deployment) -> Iterator[str]:
        since = ""
        while True:
            entries = asyncio.run(self._log_since(deployment, since))
            yield from (f"{line}\n" for _, line in entries)
            since = entries[-1][0] if entries else since
            time.sleep(self._recorded().poll_seconds)

    async def stop(self, deployment: Deployment) -> bool:
        async with self._api() as api:
            service = await api.service()
            if service is None or _stopped(service):
                return False
            manual = {"scalingMode": "MANUAL", "manualInstanceCount": 0}
            await api.change(service, {"scaling": manual, "traffic": _routed(service)})
        return True

    async def rollback(self, deployment: Deployment) -> Deployment:
        async with self._api() as api:
            service = await api.service()
            earlier = _tagged(service, "previous") if service else ""
            if service is None or not earlier:
                raise NotDeployed(
                    "no revision that served before is kept",
                    next_step="check out the revision that you want, and run with --no-regenerate",
                )
            config, found = load_feature_config(self.target.folder), await api.revision(earlier)
            await _prove(service, earlier, config, _commit(found))
            await api.send_traffic(service, earlier, _tagged(service, "live"))
            return await self._deployment(api, service, earlier)

    async def _deployment(self, api: CloudRunApi, service: Json, name: str) -> Deployment:
        found = await api.revision(name)
        return Deployment(self.mode, name, service["uri"], _commit(found))

    async def _log_since(self, deployment: Deployment, since: str) -> list[tuple[str, str]]:
        async with self._api() as api:
            return await api.log(deployment.id, since)

    @property
    def _record(self) -> Path:
        return self.target.state / "cloudrun" / f"{self.target.feature}.json"

    def _recorded(self) -> CloudRunSettings:
        content = read_file(self._record)
        if content is None:
            raise NotDeployed(
                f"{self.target.feature} was not deployed on Cloud Run from here",
                next_step="deploy it again",
            )
        return CloudRunSettings.model_validate_json(content)

    def _api(self) -> CloudRunApi:
        return CloudRunApi(self._recorded(), self.target.feature)


def _complete(settings: BaseModel | None) -> CloudRunSettings:
    """The section `cloudrun:`; raises ModeUnconfigured where a setting is missing."""
    assert isinstance(settings, CloudRunSettings)
    if missing := [f"cloudrun.{name}" for name in _NEEDED if not getattr(settings, name)]:
        raise ModeUnconfigured(
            f"mode CLOUDRUN needs {', '.join(missing)}", next_step="set it in deployment.yaml"
        )
    return settings


async def _made(api: CloudRunApi, wanted: Mapping[str, Any]) -> Json:
    """The service once it has the revision: a new one without traffic, unless none serves yet."""
    name, service = wanted["revision"], await api.service()
    routed = _routed(service) if service else []
    traffic = [*routed, to_revision(name, 0, "next") if routed else to_revision(name, 100, "live")]
    if service is None:
        return await api.create({"template": wanted, "traffic": traffic})
    if any(one.get("revision") == name for one in _statuses(service)):
        return service
    return await api.change(service, {"template": wanted, "traffic": traffic})


async def _prove(service: Json, name: str, config: FeatureConfig, revision: str) -> None:
    """Ask a revision at its own address; raises as `wait_healthy`."""
    addresses = (one["uri"] for one in _statuses(service) if one.get("revision") == name)
    await _healthy(next(addresses), config, revision, rolling=False)


async def _with_log(
    api: CloudRunApi, name: str, error: ServiceUnhealthy | WaitTimedOut
) -> ServiceUnhealthy | WaitTimedOut:
    lines = [line for _, line in await api.log(name)]
    return type(error)(
        str(error),
        evidence=(*error.evidence, *lines),
        next_step="what served before has all the traffic; the revision's log says what is wrong",
    )


def _template(
    config: FeatureConfig, settings: CloudRunSettings, *, image: str, revision: str
) -> dict[str, Any]:
    """The revision's template; its name has the commit and the image, and so all that it is."""
    commit = re.sub(r"[^a-z0-9]", "", revision.lower())[:10]
    digest, cpu = image.rpartition(":")[2][:6], config.resources.cpu
    own = {**revision_variables(revision), "FEATURE": config.feature}
    variables = [*config.service.env.items(), *own.items()]
    probe = {"httpGet": {"path": config.service.health_path, "port": config.service.port}}
    return {
        "revision": f"{config.feature}-r{commit}-{digest}",
        "scaling": {
            "minInstanceCount": config.replicas.min,
            "maxInstanceCount": config.replicas.max,
        },
        **({"serviceAccount": settings.service_account} if settings.service_account else {}),
        "containers": [
            {
                "image": image,
                "ports": [{"containerPort": config.service.port}],
                "env": [_variable(name, value) for name, value in variables],
                "resources": {"limits": {"cpu": f"{cpu:g}", "memory": config.resources.memory}},
                "startupProbe": {**probe, "periodSeconds": 1, "failureThreshold": 60},
                "livenessProbe": probe,
            }
        ],
    }


def _variable(name: str, value: str | SecretReference) -> dict[str, Any]:
    if isinstance(value, str):
        return {"name": name, "value": value}
    reference = {"secret": value.secret, "version": "latest"}
    return {"name": name, "valueSource": {"secretKeyRef": reference}}


def _statuses(service: Json) -> Sequence[Json]:
    """The traffic as it is; `traffic` was asked for, and may name a revision that failed."""
    return service.get("trafficStatuses") or ()


def _routed(service: Json) -> list[dict[str, Any]]:
    """What is live and what was before it, as a request names them."""
    return [
        to_revision(one["revision"], one.get("percent", 0), one["tag"])
        for one in _statuses(service)
        if one.get("tag") in ("live", "previous")
    ]


def _tagged(service: Json, tag: str) -> str:
    """The revision that has a tag, "" where none has."""
    return next((one["revision"] for one in _statuses(service) if one.get("tag") == tag), "")


def _stopped(service: Json) -> bool:
    scaling = service.get("scaling") or {}
    return scaling.get("scalingMode") == "MANUAL" and not scaling.get("manualInstanceCount")


def _commit(revision: Json) -> str:
    """The commit that a revision was made of."""
    variables = revision["containers"][0].get("env", ())
    return next((str(one["value"]) for one in variables if one["name"] == "REVISION"), "")


async def _healthy(
    url: str, config: FeatureConfig, revision: str, *, rolling: bool
) -> HealthReport:
    return await wait_healthy(
        url,
        path=config.service.health_path,
        deadline_seconds=config.timeouts.startup_seconds,
        revision=revision,
        rolling=rolling,
    )
