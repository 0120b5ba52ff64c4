"""CONTAINER mode: the feature in a container, replaced without a failed request.

A new container is started beside the one that serves, and becomes live once it is healthy; what
it replaces is stopped and kept for `rollback`. One that does not become healthy leaves the old one
serving, and its log and its description in the run's folder. What the feature stores is in a volume
that all of them share. Which container is live, the proxy alone knows.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from provisioner.errors import ContainerFailed, NotDeployed, ServiceUnhealthy, WaitTimedOut
from provisioner.feature.feature_config import FILE_NAME, FeatureConfig, load_feature_config
from provisioner.modes.base import DeployedMode, Deployment, Provisioner, Status, Target
from provisioner.modes.container.engine import (
    DATA,
    REVISION,
    SPEC,
    STARTS_AGAIN,
    ContainerSpec,
    grace_seconds,
    is_running,
    log_lines,
)
from provisioner.modes.container.proxy import named_port
from provisioner.modes.container.start import FeatureEngine, service_spec
from provisioner.modes.health import HealthReport

if TYPE_CHECKING:
    from docker.models.containers import Container

_FOLLOWED_LINES = 20


class ContainerProvisioner(Provisioner):
    """Runs the feature's image behind its proxy, see `container_proxy`."""

    mode: ClassVar[DeployedMode] = "CONTAINER"
    lasting: ClassVar[bool] = True

    def __init__(self, target: Target) -> None:
        self.target = target
        self._connected: FeatureEngine | None = None

    @property
    def feature(self) -> FeatureEngine:
        self._connected = self._connected or FeatureEngine.connect(self.target)
        return self._connected

    @classmethod
    def preview(cls, folder: Path) -> Mapping[str, str]:
        return {
            "container_tests": "docker build, docker run, python service-test.py CONTAINER",
            "deploy": "docker run, GET /health, switch the proxy, docker stop of the one before",
            "health_check": "GET /health",
        }

    async def build(self, *, skip_base: bool = False) -> str:
        return str((await self.feature.build(skip_base=skip_base)).decision)

    async def deploy(self, *, revision: str) -> Deployment:
        config, image = load_feature_config(self.target.folder), await self.feature.build()
        spec = service_spec(image.tag, config, revision=revision, volumes={DATA: "data"})
        live = await asyncio.to_thread(self._running_live)
        if live is None or live.labels.get(SPEC) != spec.digest:
            container = await asyncio.to_thread(self._made, spec, revision)
            await self._switch(container, config)
            live = container
        else:  # a run that was killed may have switched and not settled
            await asyncio.to_thread(self.feature.settle)
        return self._deployment(live)

    async def wait_healthy(self, deployment: Deployment) -> HealthReport:
        config = load_feature_config(self.target.folder)
        live = await asyncio.to_thread(self._live)
        return await self.feature.wait(
            live, deployment.url, config, revision=deployment.revision, rolling=True
        )

    async def status(self, deployment: Deployment) -> Status:
        running = await asyncio.to_thread(self._running_live)
        return "stopped" if running is None else "running"

    async def serving(self, deployment: Deployment) -> Deployment | None:
        live = await asyncio.to_thread(self._running_live)
        return None if live is None else self._deployment(live)

    async def earlier(self, deployment: Deployment) -> Deployment | None:
        try:
            return self._deployment(await asyncio.to_thread(self._earlier))
        except NotDeployed:
            return None

    def remarks(self, deployment: Deployment) -> tuple[str, ...]:
        named = named_port(load_feature_config(self.target.folder))
        if not deployment.url or deployment.url.endswith(f":{named}"):
            return ()
        return (
            f"port {named}, which {FILE_NAME} names, was taken when this address was made: it is "
            f"{deployment.url} until it is stopped and the port is free",
        )

    async def logs(self, deployment: Deployment) -> tuple[str, ...]:
        return await asyncio.to_thread(lambda: log_lines(self._live()))

    async def stop(self, deployment: Deployment) -> bool:
        return await asyncio.to_thread(self._stop)

    async def rollback(self, deployment: Deployment) -> Deployment:
        config = load_feature_config(self.target.folder)
        earlier = await asyncio.to_thread(self._earlier)
        await self._switch(earlier, config)
        return self._deployment(earlier)

    def follow(self, deployment: Deployment) -> Iterator[str]:
        live = self._live()
        pieces = live.logs(stream=True, follow=True, tail=_FOLLOWED_LINES)
        with self.feature.containers.errors(f"the log of {live.name} is cut off"), closing(pieces):
            for piece in pieces:
                yield piece.decode("utf-8", "replace")

    def _made(self, spec: ContainerSpec, revision: str) -> Container:
        """The container of this deployment: the one that a killed run has made, or a new one."""
        containers, run = self.feature.containers, self.target.label
        effect = hashlib.sha256(f"{run}\0{spec.digest}".encode()).hexdigest()[:12]
        name = containers.name(effect)
        if (left := containers.find(name)) is not None:
            containers.remove(left)
        return containers.create(name, "service", spec, run=run, revision=revision)

    async def _switch(self, container: Container, config: FeatureConfig) -> None:
        """Start a container, have it serve once it is healthy, and stop the one before."""
        feature, revision = self.feature, str(container.labels[REVISION])
        try:
            url = await feature.start(container, container.attrs["Config"]["Image"], config)
            await feature.wait(container, url, config, revision=revision)
        except (ServiceUnhealthy, WaitTimedOut, ContainerFailed):
            await asyncio.to_thread(self._give_up, container)
            raise
        await asyncio.to_thread(self._make_live, container, config)

    def _make_live(self, container: Container, config: FeatureConfig) -> None:
        proxy, seconds = self.feature.proxy, config.timeouts.stop_seconds
        with self.feature.containers.errors(f"{container.name} cannot be made live"):
            container.update(restart_policy=STARTS_AGAIN)
        proxy.set_backend("live", container, config.service.port, seconds=seconds)
        self.feature.settle()

    def _give_up(self, container: Container) -> None:
        """Keep what a container says of itself; it goes, or stays stopped where it served once."""
        self.feature.keep_evidence(container)
        self.feature.settle()

    def _stop(self) -> bool:
        live = self._running_live()
        proxied = self.feature.proxy.stop()
        if live is not None:
            with self.feature.containers.errors(f"{live.name} cannot be stopped"):
                live.stop(timeout=grace_seconds(live))
        return proxied or live is not None

    def _live(self) -> Container:
        """The container that is live, whether it runs or not; raises NotDeployed."""
        name = self.feature.proxy.backends().live
        found = self.feature.containers.find(name) if name else None
        if found is None:
            raise NotDeployed(
                f"no container of {self.target.feature} is live", next_step="deploy it again"
            )
        return found

    def _running_live(self) -> Container | None:
        """The live container while it is reached, else None."""
        try:
            live = self._live()
        except NotDeployed:
            return None
        return live if is_running(live) and self.feature.proxy.url("live") else None

    def _earlier(self) -> Container:
        name = self.feature.proxy.backends().previous
        found = self.feature.containers.find(name) if name else None
        if found is None:
            raise NotDeployed(
                f"no container that served before is kept of {self.target.feature}",
                next_step="check out the revision that you want, and run with --no-regenerate",
            )
        return found

    def _deployment(self, container: Container) -> Deployment:
        url = self.feature.proxy.url("live")
        return Deployment(self.mode, str(container.name), url, str(container.labels[REVISION]))
