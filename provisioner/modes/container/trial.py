"""container_tests: service-test.py against the feature in a container, before it is committed.

The proof is made in a fresh container of the final image. While a service is mended, a warm one
answers sooner: it is given the sources as they are now, and only its process is a new one.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from provisioner.endpoint_tests.run import ServiceTestRun, restart_tests, run_service_tests
from provisioner.feature.feature_config import FeatureConfig
from provisioner.image.build import Image, env_key_of
from provisioner.image.content.sources import read_sources
from provisioner.image.decision import Wishes
from provisioner.image.labels import ENV_KEY
from provisioner.modes.base import Target
from provisioner.modes.container.engine import DATA, archive, grace_seconds, is_running, log_lines
from provisioner.modes.container.start import FeatureEngine, service_spec
from provisioner.modes.inside import reloader
from provisioner.modes.service.trial import trial_config

if TYPE_CHECKING:
    from docker.models.containers import Container

_PROGRAM = Path(reloader.__file__)
_SOURCES = "/sources"
_REVISION = "unreleased"  # no commit has this name
_LOG_LINES = 60


@dataclass(frozen=True, slots=True)
class ContainerTestRun:
    """Result of one run of service-test.py against a container.

    Attributes:
        log: the end of what the service printed.
        built: what was decided about its image, "" for a warm container.
    """

    tests: ServiceTestRun
    log: tuple[str, ...]
    built: str = ""

    @property
    def report(self) -> str:
        """The failures, and below them what the service printed."""
        return "\n".join([self.tests.report, "", "The container's log:", *self.log])


@dataclass(frozen=True, slots=True)
class Started:
    """A healthy container under test; `restart` starts the service once more on the same data."""

    container: Container
    url: str
    restart: Callable[[], Awaitable[None]]
    built: str = ""


class ContainerTrial:
    """Tests the feature in a container of its own, which never sees the deployment's data.

    Building and starting raise BuildFailed, ContainerFailed and DockerUnavailable, waiting
    ServiceUnhealthy and WaitTimedOut.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self._connected: FeatureEngine | None = None

    def rebuilding(self) -> ContainerTrial:
        """A trial that makes the image anew with all its layers, whatever there is of them."""
        wishes = replace(self.target.wishes or Wishes(), rebuild_base_env=True)
        return ContainerTrial(replace(self.target, wishes=wishes))

    async def test(self) -> ContainerTestRun:
        """Run the tests against a fresh container of the final image."""
        async with self.fresh() as started:
            return await self._test(started)

    async def test_warm(self) -> ContainerTestRun:
        """Run the tests against the warm container, with the sources as they are."""
        return await self._test(await self.warm())

    async def clean_up(self) -> None:
        """Remove what nobody needs of the feature's containers; see `FeatureEngine.settle`."""
        await asyncio.to_thread((await self._engine()).settle)

    @asynccontextmanager
    async def fresh(self) -> AsyncIterator[Started]:
        """A healthy new container of the final image, for the length of the block."""
        config, feature = trial_config(self.target), await self._engine()
        image = await feature.build()
        container = await asyncio.to_thread(_make_fresh, feature, image, config)
        try:
            url = await feature.start(container, image.tag, config)

            async def healthy() -> None:
                await feature.wait(container, url, config, revision=_REVISION)

            async def restart() -> None:
                with feature.containers.errors(f"{container.name} cannot be restarted"):
                    await asyncio.to_thread(container.restart, timeout=grace_seconds(container))
                await healthy()

            await healthy()
            yield Started(container, url, restart, str(image.decision))
        finally:
            await asyncio.to_thread(_remove_fresh, feature, container)

    async def warm(self) -> Started:
        """The healthy warm container, with the sources as they are and no data."""
        config, feature = trial_config(self.target), await self._engine()
        container = await asyncio.to_thread(_find_warm, feature)
        if container is None:
            image = await feature.build()
            container = await asyncio.to_thread(_make_warm, feature, image, config)
        data = secrets.token_hex(8)

        async def restart() -> None:
            revision = f"{_REVISION}-{secrets.token_hex(8)}"
            await asyncio.to_thread(_put_sources, feature, container, data, revision)
            url = await feature.start(container, container.attrs["Config"]["Image"], config)
            await feature.wait(container, url, config, revision=revision, rolling=True)

        await restart()
        return Started(container, await asyncio.to_thread(feature.proxy.url, "candidate"), restart)

    async def _engine(self) -> FeatureEngine:
        if self._connected is None:
            self._connected = await asyncio.to_thread(FeatureEngine.connect, self.target)
        return self._connected

    async def _test(self, started: Started) -> ContainerTestRun:
        """Run the tests, and those of a restart once more after one."""
        folder, sandbox = self.target.folder, self.target.require_sandbox()
        tests = await run_service_tests(folder, mode="CONTAINER", url=started.url, sandbox=sandbox)
        if tests.passed and restart_tests(folder):
            await started.restart()
            again = await run_service_tests(
                folder, mode="CONTAINER", url=started.url, sandbox=sandbox, memory=tests.memory
            )
            tests = tests.followed_by(again)
        log = await asyncio.to_thread(log_lines, started.container, _LOG_LINES)
        return ContainerTestRun(tests, log, started.built)


def _make_fresh(feature: FeatureEngine, image: Image, config: FeatureConfig) -> Container:
    """A new container on an empty volume, in place of one that a killed run left."""
    containers = feature.containers
    name = containers.name("trial")
    if (left := containers.find(name)) is not None:
        _remove_fresh(feature, left)
    spec = service_spec(image.tag, config, revision=_REVISION, volumes={DATA: "trial-data"})
    run = feature.target.label
    return containers.create(name, "trial", spec, run=run, revision=_REVISION)


def _remove_fresh(feature: FeatureEngine, container: Container) -> None:
    feature.containers.remove(container)
    feature.containers.remove_volumes("trial-data")


def _find_warm(feature: FeatureEngine) -> Container | None:
    """The warm container where it has the packages that the feature needs now, else None."""
    containers = feature.containers
    found = containers.find(containers.name("warm"))
    if found is None:
        return None
    if found.labels.get(ENV_KEY) == env_key_of(feature.target.folder, containers.engine):
        return found
    containers.remove(found)
    containers.remove_volumes("warm")
    return None


def _make_warm(feature: FeatureEngine, image: Image, config: FeatureConfig) -> Container:
    containers = feature.containers
    command = containers.client.images.get(image.tag).attrs["Config"]["Cmd"]
    program, python = f"{_SOURCES}/{_PROGRAM.name}", "python3"
    if command[1:2] == ["-m"]:  # the one that has the feature's packages
        python = command[0]
    spec = service_spec(
        image.tag,
        config,
        revision=_REVISION,
        volumes={_SOURCES: "warm"},
        command=[python, "-I", "-B", program, _SOURCES, *command],
        files={_SOURCES: {_PROGRAM.name: _PROGRAM.read_bytes()}},
    )
    return containers.create(containers.name("warm"), "warm", spec, run=feature.target.label)


def _put_sources(feature: FeatureEngine, container: Container, data: str, revision: str) -> None:
    """Put the sources into the warm container; a process that runs there is started anew."""
    sources = read_sources(feature.target.folder)
    files = {f"{revision}/{name}": file.content for name, file in sources.items()}
    current = f"{revision} {data} {revision}"
    with feature.containers.errors("the warm container cannot be given the sources"):
        container.put_archive(_SOURCES, archive({**files, "current": current.encode()}))
        if is_running(container):
            container.kill("SIGHUP")
