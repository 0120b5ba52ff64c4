"""Starting a feature's container behind its proxy, and waiting until it is healthy."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from provisioner.errors import ServiceUnhealthy, WaitTimedOut
from provisioner.feature.feature_config import FeatureConfig
from provisioner.files.atomic import atomic_write
from provisioner.image.build import BuildOptions, Image, build
from provisioner.image.decision import Wishes
from provisioner.image.engine import connect
from provisioner.modes.base import Target
from provisioner.modes.container.engine import (
    DATA,
    FILES,
    ContainerSpec,
    FeatureContainers,
    Owner,
    grace_seconds,
    how_it_ended,
    is_running,
    log_lines,
)
from provisioner.modes.container.proxy import Proxy
from provisioner.modes.health import READ_THE_LOG, HealthReport, revision_variables, wait_healthy
from provisioner.modes.service.process import service_variables

if TYPE_CHECKING:
    from docker.models.containers import Container

_LOOK_SECONDS = 0.05
_LOG_LINES = 10_000


@dataclass(frozen=True, slots=True)
class FeatureEngine:
    """A feature's containers and its proxy, in the engine of this machine."""

    target: Target
    containers: FeatureContainers
    proxy: Proxy

    @classmethod
    def connect(cls, target: Target) -> FeatureEngine:
        """Connect to the engine; raises DockerUnavailable."""
        containers = FeatureContainers(connect(), Owner(target.feature, target.state))
        return cls(target, containers, Proxy(containers))

    async def build(self, *, skip_base: bool = False) -> Image:
        """Build the image of the folder as it is, or find it; raises as `provisioner.image`."""
        target, wishes = self.target, self.target.wishes or Wishes()
        options = BuildOptions(
            wishes=replace(wishes, skip_base=wishes.skip_base or skip_base),
            process_label=target.label,
        )
        return await build(self.containers.engine, target.folder, options, on_line=target.on_line)

    async def start(self, container: Container, image: str, config: FeatureConfig) -> str:
        """Start a container as the proxy's candidate; gives the address it is tested at."""

        def lead() -> str:
            self.proxy.ensure(image, config)
            port = config.service.port
            if self.proxy.backends().candidate != f"{container.name}:{port}":
                self.proxy.set_backend("candidate", container, port, seconds=0)
            return self.proxy.url("candidate")

        starting = asyncio.to_thread(self.containers.start, container)
        _, url = await asyncio.gather(starting, asyncio.to_thread(lead))
        return url

    async def wait(
        self,
        container: Container,
        url: str,
        config: FeatureConfig,
        *,
        revision: str,
        rolling: bool = False,
    ) -> HealthReport:
        """Wait until a container answers as healthy at a port of the proxy.

        With `rolling` another one may answer there for a while.

        Raises:
            ServiceUnhealthy: it ended, or is not well; the last lines of its log are the evidence.
            WaitTimedOut: there was no answer in time.
        """
        try:
            async with _watched(container) as running:
                return await wait_healthy(
                    url,
                    path=config.service.health_path,
                    deadline_seconds=config.timeouts.startup_seconds,
                    alive=running,
                    revision=revision,
                    rolling=rolling,
                )
        except (ServiceUnhealthy, WaitTimedOut) as error:
            ended, lines = await asyncio.to_thread(self._findings, container)
            evidence = (*error.evidence, *lines)
            if not ended:
                raise type(error)(
                    str(error), evidence=evidence, next_step=error.next_step
                ) from error
            raise ServiceUnhealthy(
                f"the container ended while it started: {ended}",
                evidence=evidence,
                next_step=READ_THE_LOG,
            ) from error

    def keep_evidence(self, container: Container) -> Path:
        """Write the log and the description of a container into the run's folder."""
        folder = self.target.log.parent / "containers"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.containers.errors(f"the log of {container.name} cannot be read"):
            container.reload()
            log = container.logs(timestamps=True, tail=_LOG_LINES)
        atomic_write(folder / f"{container.name}.log", log)
        about = json.dumps(container.attrs, indent=2).encode()
        atomic_write(folder / f"{container.name}.json", about)
        return folder

    def settle(self) -> None:
        """End and remove what nobody needs: all but the live container, the one before it and the
        proxy. The one before is stopped. Whoever calls holds the feature's lock."""
        backends = self.proxy.backends()
        for container in self.containers.list("service"):
            if container.name == backends.live:
                continue
            if container.name != backends.previous:
                self.containers.remove(container)
            elif is_running(container):
                with self.containers.errors(f"{container.name} cannot be stopped"):
                    container.stop(timeout=grace_seconds(container))
        for container in (*self.containers.list("trial"), *self.containers.list("warm")):
            self.containers.remove(container)
        self.containers.remove_volumes("trial-data", "warm")
        if not backends.live:
            self.proxy.remove()
            self.containers.remove_network()

    def _findings(self, container: Container) -> tuple[str, tuple[str, ...]]:
        """How a container ended, "" where it runs, and its last lines."""
        with self.containers.errors(f"{container.name} cannot be looked at"):
            ended = "" if is_running(container) else how_it_ended(container)
            return ended, log_lines(container)


def service_spec(
    image: str,
    config: FeatureConfig,
    *,
    revision: str,
    volumes: Mapping[str, str],
    command: Sequence[str] | None = None,
    files: Mapping[str, Mapping[str, bytes]] | None = None,
) -> ContainerSpec:
    """What a service's container is made of."""
    own = {"FEATURE": config.feature, "DATA_DIR": f"{DATA}/{FILES}"}
    own |= revision_variables(revision)
    return ContainerSpec(
        image=image,
        environment={**service_variables(config), **own},
        memory_bytes=config.resources.memory_bytes,
        cpus=config.resources.cpu,
        command=command,
        volumes=volumes,
        files=files or {},
        outgoing=config.service.outgoing,
        stop_seconds=config.timeouts.stop_seconds + 1,
    )


@asynccontextmanager
async def _watched(container: Container) -> AsyncIterator[Callable[[], bool]]:
    """Look at a container again and again; gives whether it ran at the last look.

    An engine that does not answer ends the watch too.
    """

    async def look() -> None:
        running = True
        while running:  # whoever starts it is another process
            await asyncio.sleep(_LOOK_SECONDS)
            running = await asyncio.to_thread(is_running, container)

    looking = asyncio.create_task(look())
    try:
        yield lambda: not looking.done()
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
