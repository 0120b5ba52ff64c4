"""SERVICE mode: the feature's service as a local process, in the sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from provisioner.errors import NotDeployed
from provisioner.feature.feature_config import load_feature_config
from provisioner.files.atomic import atomic_write
from provisioner.modes.base import DeployedMode, Deployment, Provisioner, Status, Target
from provisioner.modes.health import HealthReport, log_tail
from provisioner.modes.process import RunningService, start_service, stop_service, wait_service
from provisioner.modes.storage import data_folder, database_port


@dataclass(frozen=True, slots=True)
class ServiceProvisioner(Provisioner):
    """Runs `service:app` under uvicorn; its process is recorded in a file of the state folder."""

    mode: ClassVar[DeployedMode] = "SERVICE"

    target: Target

    @classmethod
    def preview(cls, folder: Path) -> Mapping[str, str]:
        return {"deploy": "python -m uvicorn service:app", "health_check": "GET /health"}

    async def build(self, *, skip_base: bool = False) -> str:
        return ""  # the process runs the feature's folder as it is

    async def deploy(self, *, revision: str) -> Deployment:
        config = load_feature_config(self.target.folder)
        data = data_folder(self.target.state, self.target.feature)
        service = await start_service(
            self.target.folder,
            config,
            revision=revision,
            label=self.target.label,
            log=self.target.log,
            data=data,
            sandbox=self.target.require_sandbox(),
            database_port=database_port(config),
        )
        port = service.url.rpartition(":")[2]
        deployment = Deployment(
            self.mode, f"{self.target.feature}-{revision[:10]}-{port}", service.url, revision
        )
        atomic_write(_record(self.target.state, deployment), service.to_json())
        return deployment

    async def wait_healthy(self, deployment: Deployment) -> HealthReport:
        config = load_feature_config(self.target.folder)
        return await wait_service(self._service(deployment), config)

    async def status(self, deployment: Deployment) -> Status:
        return "running" if running_service(self.target.state, deployment) else "stopped"

    async def logs(self, deployment: Deployment) -> tuple[str, ...]:
        service = self._service(deployment)
        return log_tail(service.log, service.log_start)

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

    def _service(self, deployment: Deployment) -> RunningService:
        service = read_service(self.target.state, deployment)
        if service is None:
            raise NotDeployed(
                f"{deployment.id} is recorded nowhere in {self.target.state}",
                next_step="deploy it again",
            )
        return service


def running_service(state: Path, deployment: Deployment) -> RunningService | None:
    """Find the service of a deployment, None where it does not run any more."""
    service = read_service(state, deployment)
    return service if service is not None and service.process.alive() else None


def read_service(state: Path, deployment: Deployment) -> RunningService | None:
    """Read the record of a deployment's service, None where there is no whole one."""
    try:
        return RunningService.from_json(_record(state, deployment).read_bytes())
    except (OSError, ValueError):
        return None


def _record(state: Path, deployment: Deployment) -> Path:
    return state / "services" / f"{deployment.id}.json"
