"""AZURE mode: the feature as a revision of a container app, replaced without unproven traffic.

The image is built here for linux/amd64, pushed to the registry and deployed by its digest. Which
revision serves and which served before, the app's tags alone know; how the app is reached is
recorded in the state folder.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from provisioner.errors import (
    AzureDenied,
    ModeUnconfigured,
    NotDeployed,
    RemoteDenied,
    RemoteUnreachable,
    ServiceUnhealthy,
    WaitTimedOut,
)
from provisioner.feature.feature_config import load_feature_config
from provisioner.files.atomic import atomic_write
from provisioner.files.reading import read_file
from provisioner.modes.azure.api import AzureSilent
from provisioner.modes.azure.app import ContainerApp, Replica
from provisioner.modes.azure.clients import open_manager
from provisioner.modes.azure.logs import follow_console, read_logs
from provisioner.modes.azure.registry_build import RegistryBuild
from provisioner.modes.azure.release import Release
from provisioner.modes.azure.settings import AzureSettings
from provisioner.modes.azure.spec import app_name, data_warning, revision_spec
from provisioner.modes.base import DeployedMode, Deployment, Provisioner, Status, Target
from provisioner.modes.health import HealthReport, wait_healthy
from provisioner.modes.pushed_image import PushedImage, push_image
from provisioner.process.environment import clean_environment

if TYPE_CHECKING:
    from pydantic import BaseModel

_SUBSCRIPTION = "AZURE_SUBSCRIPTION_ID"
_NEEDED = ("subscription", "resource_group", "environment", "registry")
_LOOK_SECONDS = 5.0  # how long a command on what is deployed waits for a throttled API


class AzureProvisioner(Provisioner):
    """Runs the feature's image on Azure Container Apps, see `release`."""

    mode: ClassVar[DeployedMode] = "AZURE"

    def __init__(self, target: Target) -> None:
        self.target = target
        self._image: PushedImage | None = None
        if target.settings is not None:
            self._settings = _complete(target.settings)

    @classmethod
    def check(cls, settings: BaseModel | None) -> None:
        _complete(settings)

    @classmethod
    def preview(cls, folder: Path) -> Mapping[str, str]:
        return {
            "deploy": "docker build --platform linux/amd64 and docker push, or a task of the "
            "registry; a revision without traffic, GET /health at its own address, traffic in "
            "steps",
            "health_check": "GET /health",
        }

    async def build(self, *, skip_base: bool = False) -> str:
        self._image = await self._pushed(skip_base=skip_base)
        warning = data_warning(self.target.folder, load_feature_config(self.target.folder))
        said = f"{self._image.decision}; pushed as {self._image.reference}"
        return f"{said}; {warning}" if warning else said

    async def deploy(self, *, revision: str) -> Deployment:
        target, settings, config = (
            self.target,
            self._settings,
            load_feature_config(self.target.folder),
        )
        image = self._image or await self._pushed()
        wanted = revision_spec(
            target.folder,
            config,
            settings,
            image=image.reference,
            revision=revision,
            environ=target.environ,
        )
        atomic_write(self._record, settings.model_dump_json(indent=2).encode())
        async with opened(settings, target.folder, settings.deadline_seconds) as app:
            state = await Release(app, target.log.parent / "azure").deploy(wanted)
        return Deployment(self.mode, wanted.name, f"https://{state.fqdn}", revision)

    async def wait_healthy(self, deployment: Deployment) -> HealthReport:
        config = load_feature_config(self.target.folder)
        return await wait_healthy(
            deployment.url,
            path=config.service.health_path,
            deadline_seconds=config.timeouts.startup_seconds,
            revision=deployment.revision,
            rolling=True,
        )

    async def status(self, deployment: Deployment) -> Status:
        return "running" if await self.serving(deployment) else "stopped"

    async def serving(self, deployment: Deployment) -> Deployment | None:
        """What serves now; where Azure's API is silent, what the address itself answers."""
        try:
            async with self._app() as app:
                state = await app.look()
                if state is None or state.stopped or not state.stable or not state.fqdn:
                    return None
                stable = await app.revision(state.stable)
        except AzureSilent as silence:
            return await self._answering(deployment, silence)
        if stable is None or not stable.active:
            return None
        return Deployment(self.mode, stable.name, f"https://{state.fqdn}", stable.revision)

    async def earlier(self, deployment: Deployment) -> Deployment | None:
        """What a rollback would bring back; None also where Azure's API is silent."""
        try:
            async with self._app() as app:
                state = await app.look()
                found = await app.revision(state.previous) if state and state.previous else None
        except AzureSilent:
            return None
        if state is None or found is None:
            return None
        return Deployment(self.mode, found.name, f"https://{state.fqdn}", found.revision)

    async def logs(self, deployment: Deployment) -> tuple[str, ...]:
        async with self._app() as app:
            found = await read_logs(app, await self._stable(app))
        return (*found.events, *found.console)

    def follow(self, deployment: Deployment) -> Iterator[str]:
        replicas, token = asyncio.run(self._log_source())
        if not replicas:
            raise NotDeployed(
                f"{deployment.id} has no replica now, and so no log to follow",
                next_step="a request starts one where replicas.min is 0",
            )
        return follow_console(replicas, token)

    async def stop(self, deployment: Deployment) -> bool:
        async with self._app() as app:
            state = await app.look()
            if state is None or state.stopped:
                return False
            await app.stop()
        return True

    async def rollback(self, deployment: Deployment) -> Deployment:
        path = load_feature_config(self.target.folder).service.health_path
        async with self._app(patient=True) as app:
            earlier = await Release(app, self.target.log.parent / "azure").roll_back(path)
            state = await app.settled()
        return Deployment(self.mode, earlier.name, f"https://{state.fqdn}", earlier.revision)

    async def _pushed(self, *, skip_base: bool = False) -> PushedImage:
        """Push the image; raises AzureDenied where the registry refuses the login."""
        registry = self._settings.registry
        if self._settings.build == "acr":
            manager = open_manager(self._settings)
            try:
                return await RegistryBuild(manager, self._settings).image(self.target)
            finally:
                await manager.close()
        try:
            return await push_image(self.target, registry, skip_base=skip_base)
        except RemoteDenied as error:
            raise AzureDenied(
                str(error),
                evidence=error.evidence,
                next_step=f"`az acr login --name {registry.partition('.')[0]}`, with the role "
                'AcrPush there (with repository permissions: "Container Registry Repository '
                'Writer")',
            ) from error

    @property
    def _record(self) -> Path:
        return self.target.state / "azure" / f"{self.target.feature}.json"

    @asynccontextmanager
    async def _app(self, *, patient: bool = False) -> AsyncIterator[ContainerApp]:
        """The app as it was deployed last."""
        content = read_file(self._record)
        if content is None:
            raise NotDeployed(
                f"{self.target.feature} was not deployed on Azure from here",
                next_step="deploy it again",
            )
        settings = AzureSettings.model_validate_json(content)
        patience = settings.deadline_seconds if patient else _LOOK_SECONDS
        async with opened(settings, self.target.folder, patience) as app:
            yield app

    async def _stable(self, app: ContainerApp) -> str:
        state = await app.look()
        if state is None or not state.stable:
            raise NotDeployed(f"no revision of {self.target.feature} serves on Azure")
        return state.stable

    async def _log_source(self) -> tuple[list[Replica], str]:
        async with self._app() as app:
            return await app.replicas(await self._stable(app)), await app.log_token()

    async def _answering(self, deployment: Deployment, silence: AzureSilent) -> Deployment:
        """The deployment where its address answers as healthy; raises RemoteUnreachable."""
        path = load_feature_config(self.target.folder).service.health_path
        try:
            report = await wait_healthy(
                deployment.url, path=path, deadline_seconds=_LOOK_SECONDS, rolling=True
            )
        except (ServiceUnhealthy, WaitTimedOut) as error:
            raise RemoteUnreachable(
                f"unknown: Azure's API is silent, and {error}",
                evidence=(str(silence),),
                next_step="ask again later",
            ) from error
        return replace(deployment, revision=report.revision)


@asynccontextmanager
async def opened(
    settings: AzureSettings, folder: Path, patience: float
) -> AsyncIterator[ContainerApp]:
    """A feature's container app for the length of the block; raises AzureMissing."""
    manager = open_manager(settings)
    try:
        yield ContainerApp(manager, settings, app_name(load_feature_config(folder)), patience)
    finally:
        await manager.close()


def _complete(settings: BaseModel | None) -> AzureSettings:
    """The settings with the subscription; raises ModeUnconfigured where one is missing."""
    assert isinstance(settings, AzureSettings)
    given = clean_environment(inherit=(_SUBSCRIPTION,)).get(_SUBSCRIPTION, "")
    complete = settings.model_copy(update={"subscription": settings.subscription or given})
    missing = [f"azure.{name}" for name in _NEEDED if not getattr(complete, name)]
    if missing:
        raise ModeUnconfigured(
            f"mode AZURE needs {', '.join(missing)}",
            next_step="set it in deployment.yaml, or as AI_DEPLOY_AZURE_… in the environment",
        )
    return complete
