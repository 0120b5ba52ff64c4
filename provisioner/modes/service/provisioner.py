"""SERVICE mode: the feature's service as a local process, in the sandbox.

What it stores outlives every deployment: in a folder of the workspace, or in the database on this
machine that DATABASE_URL names.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from provisioner.errors import FeatureConfigInvalid, NotDeployed
from provisioner.feature.feature_config import DATABASE_URL, FeatureConfig, load_feature_config
from provisioner.files.atomic import atomic_write, write_errors
from provisioner.modes.base import DeployedMode, Deployment, Provisioner, Status, Target
from provisioner.modes.health import HealthReport, log_tail
from provisioner.modes.service.process import (
    RunningService,
    start_service,
    stop_service,
    wait_service,
)

_POSTGRESQL_PORT = 5432
_LOOK_SECONDS = 0.2
_RECORDS = "services"


@dataclass(frozen=True, slots=True)
class ServiceProvisioner(Provisioner):
    """Runs `service:app` under uvicorn; its process is recorded in a file of the state folder."""

    mode: ClassVar[DeployedMode] = "SERVICE"
    lasting: ClassVar[bool] = False

    target: Target

    @classmethod
    def preview(cls, folder: Path) -> Mapping[str, str]:
        return {"deploy": "python -m uvicorn service:app", "health_check": "GET /health"}

    async def build(self, *, skip_base: bool = False) -> str:
        return ""  # the process runs the feature's folder as it is

    async def deploy(self, *, revision: str) -> Deployment:
        target = self.target
        config = load_feature_config(target.folder)
        data = target.state / "data" / target.feature
        with write_errors(data):
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
        service = await start_service(
            target, config, revision=revision, data=data, database_port=_database_port(config)
        )
        deployment = _deployment(target.feature, service)
        atomic_write(_record(target.state, deployment), service.model_dump_json().encode())
        return deployment

    async def wait_healthy(self, deployment: Deployment) -> HealthReport:
        config = load_feature_config(self.target.folder)
        return await wait_service(self._service(deployment), config)

    async def status(self, deployment: Deployment) -> Status:
        return "running" if running_service(self.target.state, deployment) else "stopped"

    async def serving(self, deployment: Deployment) -> Deployment | None:
        """The deployment; where it has ended, what an earlier run of the feature was to keep."""
        service = running_service(self.target.state, deployment) or self._kept()
        return _deployment(self.target.feature, service) if service else None

    async def logs(self, deployment: Deployment) -> tuple[str, ...]:
        service = self._service(deployment)
        return log_tail(service.log, service.log_start)

    def follow(self, deployment: Deployment) -> Iterator[str]:
        service = self._service(deployment)
        yield from (f"{line}\n" for line in log_tail(service.log, service.log_start))
        with service.log.open(encoding="utf-8", errors="replace") as file:
            file.seek(0, 2)
            while service.process.alive():
                yield file.read()
                time.sleep(_LOOK_SECONDS)
            yield file.read()

    async def stop(self, deployment: Deployment) -> bool:
        service = running_service(self.target.state, deployment)
        if service is not None:
            await stop_service(service)
        _record(self.target.state, deployment).unlink(missing_ok=True)
        return service is not None

    async def rollback(self, deployment: Deployment) -> Deployment:
        raise NotDeployed(
            "a local process has no earlier release beside it",
            next_step="check out the revision that you want, and run with --no-regenerate",
        )

    def _kept(self) -> RunningService | None:
        """The feature's newest service that runs."""
        services = (self.target.state / _RECORDS).glob(f"{self.target.feature}-*.json")
        running = [one for one in map(_read_record, services) if one and one.process.alive()]
        return max(running, key=lambda one: one.process.started, default=None)

    def _service(self, deployment: Deployment) -> RunningService:
        service = _read(self.target.state, deployment)
        if service is None:
            raise NotDeployed(
                f"{deployment.id} is recorded nowhere in {self.target.state}",
                next_step="deploy it again",
            )
        return service


def running_service(state: Path, deployment: Deployment) -> RunningService | None:
    """Find the service of a deployment, None where it does not run any more."""
    service = _read(state, deployment)
    return service if service is not None and service.process.alive() else None


def _deployment(feature: str, service: RunningService) -> Deployment:
    name = f"{feature}-{service.revision[:10]}-{service.url.rpartition(':')[2]}"
    return Deployment("SERVICE", name, service.url, service.revision)


def _read(state: Path, deployment: Deployment) -> RunningService | None:
    """The record of a deployment's service, None where there is no whole one."""
    return _read_record(_record(state, deployment))


def _read_record(file: Path) -> RunningService | None:
    try:
        return RunningService.model_validate_json(file.read_bytes())
    except (OSError, ValueError):
        return None


def _record(state: Path, deployment: Deployment) -> Path:
    return state / _RECORDS / f"{deployment.id}.json"


def _database_port(config: FeatureConfig) -> int | None:
    """The port of a database server that feature-config.yaml names, None where it names none."""
    url = config.service.env.get(DATABASE_URL)
    if not isinstance(url, str) or url.startswith("sqlite") or not url:
        return None
    try:
        address = urlsplit(url)
        host, port = address.hostname, address.port
    except ValueError:
        host, port = None, None
    if host not in ("localhost", "127.0.0.1", "::1"):
        raise FeatureConfigInvalid(
            "service.env.DATABASE_URL names a server that is not on this machine, and a service "
            "in the sandbox reaches this machine alone",
            next_step="forward a local port to it, or use another mode",
        )
    return port or _POSTGRESQL_PORT
