"""SSH mode: the feature on one host or several, replaced without a failed request.

The first host is a barrier: no other is touched before the new release is live and healthy there.
On each, a release is started beside the one that serves, proven on a port of its own, and becomes
live once it is healthy; what it replaces is drained, stopped and kept for `rollback`. One that
does not become healthy leaves the old one serving.
"""

from __future__ import annotations

import asyncio
import socket
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from provisioner.errors import NotDeployed, RemoteInvalid
from provisioner.feature.feature_config import FeatureConfig, load_feature_config
from provisioner.feature.packages.lock import Lock
from provisioner.feature.packages.uv import DEFAULT
from provisioner.feature.secret_values import secret_values
from provisioner.files.atomic import atomic_write
from provisioner.hosts.address import host_addresses
from provisioner.hosts.archive import pack_packages, pack_release, read_lock
from provisioner.hosts.connection import Waits
from provisioner.modes.base import DeployedMode, Deployment, Provisioner, Status, Target
from provisioner.modes.health import HealthReport, revision_variables, wait_healthy
from provisioner.modes.ssh.host import FeatureHost, HostPlace, Look, Serving, on_all
from provisioner.modes.ssh.settings import SSHSettings

_FIRST_PORT, _PORTS, _TRIED = 20_000, 10_000, 20


class HostRecord(BaseModel):
    """A deployment on hosts, as commands of later days need it; in a file of the state folder."""

    model_config = ConfigDict(frozen=True)

    release: str
    places: tuple[HostPlace, ...]
    serving: Serving


class SSHProvisioner(Provisioner):
    """Runs the feature's release on each host behind a proxy there."""

    mode: ClassVar[DeployedMode] = "SSH"
    lasting: ClassVar[bool] = True

    def __init__(self, target: Target) -> None:
        self.target = target
        self._packages: dict[str, asyncio.Task[bytes]] = {}

    @classmethod
    def preview(cls, folder: Path) -> Mapping[str, str]:
        return {
            "deploy": "ssh HOST: unpack packages and release, start it, GET /health on a port of "
            "its own, switch the proxy, stop the one before, have systemd start it after a reboot",
            "health_check": "GET /health on each host",
        }

    @classmethod
    def check(cls, settings: BaseModel | None) -> None:
        host_addresses(_settings(settings))

    async def build(self, *, skip_base: bool = False) -> str:
        return ""  # the feature's folder is sent as it is

    async def deploy(self, *, revision: str) -> Deployment:
        settings, folder = _settings(self.target.settings), self.target.folder
        config, lock = load_feature_config(folder), read_lock(folder)
        release = pack_release(
            folder,
            lock,
            revision=revision,
            variables=_variables(config, revision),
            secrets=secret_values(config.service.env, self.target.environ),
        )
        hosts = self._hosts(settings, config)
        serving = Serving(
            listen=settings.listen,
            ports=_ports(settings, config),
            drain_seconds=settings.drain_seconds,
            keep_releases=settings.keep_releases,
            start_at_boot=settings.start_at_boot,
        )

        async def deliver(host: FeatureHost) -> None:
            packages = self._packed(lock, config)
            look = await host.bring(release, lock, python=config.python.version, packages=packages)
            if not (look.live == release.name and look.serving):
                await host.start(release.name, config, release)
            await host.make_live(release.name, serving)

        await on_all(hosts, deliver)
        return self._record(release.name, revision, hosts, serving, config)

    async def wait_healthy(self, deployment: Deployment) -> HealthReport:
        config = load_feature_config(self.target.folder)

        async def ask(host: FeatureHost) -> HealthReport:
            async with host.connection.forwarded(host.place.port) as url:
                return await wait_healthy(
                    url,
                    path=config.service.health_path,
                    deadline_seconds=config.timeouts.startup_seconds,
                    revision=deployment.revision,
                    rolling=True,
                )

        async with self._deployed(deployment) as (_, hosts):
            steps = [host.connection.step(partial(ask, host)) for host in hosts]
            return (await asyncio.gather(*steps))[0]

    async def status(self, deployment: Deployment) -> Status:
        return "running" if await self.serving(deployment) else "stopped"

    async def serving(self, deployment: Deployment) -> Deployment | None:
        for look in await self._looks(deployment):
            if look.serving:
                name = f"{self.target.feature}-{look.live}"
                return Deployment(self.mode, name, deployment.url, look.revision(look.live))
        return None

    async def earlier(self, deployment: Deployment) -> Deployment | None:
        looks = await self._looks(deployment)
        if not looks or not all(look.previous for look in looks):
            return None
        name, revision = looks[0].previous, looks[0].revision(looks[0].previous)
        return Deployment(self.mode, f"{self.target.feature}-{name}", deployment.url, revision)

    def remarks(self, deployment: Deployment) -> tuple[str, ...]:
        return tuple(
            f"it does not start again after a reboot of {one.address}: {one.down_after_boot}"
            for one in self._recorded(deployment).places
            if one.down_after_boot
        )

    async def _looks(self, deployment: Deployment) -> list[Look]:
        """What each host says of the feature; none where nothing is deployed."""
        try:
            async with self._deployed(deployment) as (_, hosts):
                return await asyncio.gather(*(host.look() for host in hosts))
        except NotDeployed:
            return []

    async def logs(self, deployment: Deployment) -> tuple[str, ...]:
        return tuple([line.rstrip("\n") async for line in self._log(deployment, follow=False)])

    def follow(self, deployment: Deployment) -> Iterator[str]:
        with asyncio.Runner() as runner:
            lines = self._log(deployment, follow=True)
            while (line := runner.run(anext(lines, None))) is not None:
                yield line

    async def stop(self, deployment: Deployment) -> bool:
        try:
            async with self._deployed(deployment, hold=True) as (_, hosts):
                return any(await asyncio.gather(*(host.stop() for host in hosts)))
        except NotDeployed:
            return False

    async def rollback(self, deployment: Deployment) -> Deployment:
        config = load_feature_config(self.target.folder)
        async with self._deployed(deployment, hold=True) as (record, hosts):
            looks = await asyncio.gather(*(host.look() for host in hosts))
            earlier = {id(host): look.previous for host, look in zip(hosts, looks, strict=True)}
            if not all(earlier.values()):
                raise NotDeployed(
                    f"no release that served before is kept of {self.target.feature}",
                    next_step="check out the revision that you want, and run with --no-regenerate",
                )

            async def bring_back(host: FeatureHost) -> None:
                await host.start(earlier[id(host)], config)
                await host.make_live(earlier[id(host)], record.serving)

            await on_all(hosts, bring_back)
            first = looks[0]
            revision = first.revision(first.previous)
            return self._record(first.previous, revision, hosts, record.serving, config)

    def _packed(self, lock: Lock, config: FeatureConfig) -> Callable[[str], Awaitable[bytes]]:
        """Makes the packages for a platform, once for all hosts that have it."""

        def packed(platform: str) -> Awaitable[bytes]:
            if platform not in self._packages:
                self._packages[platform] = asyncio.ensure_future(
                    pack_packages(DEFAULT, lock, python=config.python.version, platform=platform)
                )
            return self._packages[platform]

        return packed

    def _hosts(self, settings: SSHSettings, config: FeatureConfig) -> list[FeatureHost]:
        waits = Waits(settings.connect_seconds, settings.command_seconds, settings.away_seconds)
        places = [
            HostPlace(
                address=address,
                waits=waits,
                folder=settings.folder,
                grace_seconds=config.timeouts.stop_seconds + 1,
            )
            for address in host_addresses(settings)
        ]
        return [FeatureHost(place, self.target.feature, self._owner) for place in places]

    @property
    def _owner(self) -> str:
        """Who deploys: this workspace, also where a killed run of it goes on."""
        return f"{socket.gethostname()}:{self.target.state.resolve()}"

    def _record(
        self,
        release: str,
        revision: str,
        hosts: list[FeatureHost],
        serving: Serving,
        config: FeatureConfig,
    ) -> Deployment:
        places = tuple(host.place for host in hosts)
        record = HostRecord(release=release, places=places, serving=serving)
        name = f"{self.target.feature}-{release}"
        atomic_write(self._file(name), record.model_dump_json().encode())
        return Deployment(self.mode, name, config.urls.ssh.rstrip("/") or places[0].url, revision)

    def _file(self, name: str) -> Path:
        return self.target.state / "hosts" / f"{name}.json"

    def _recorded(self, deployment: Deployment) -> HostRecord:
        try:
            return HostRecord.model_validate_json(self._file(deployment.id).read_bytes())
        except (OSError, ValueError):
            raise NotDeployed(
                f"{deployment.id} is recorded nowhere in {self.target.state}",
                next_step="deploy it again",
            ) from None

    @asynccontextmanager
    async def _deployed(
        self, deployment: Deployment, *, hold: bool = False
    ) -> AsyncIterator[tuple[HostRecord, list[FeatureHost]]]:
        """The record of a deployment, and its hosts; raises NotDeployed where there is none."""
        record = self._recorded(deployment)
        owner = self._owner if hold else ""
        hosts = [FeatureHost(place, self.target.feature, owner) for place in record.places]
        try:
            yield record, hosts
        finally:
            await asyncio.gather(*(host.close() for host in hosts))

    async def _log(self, deployment: Deployment, *, follow: bool) -> AsyncIterator[str]:
        """The log of the release that is live on the first host."""
        async with self._deployed(deployment) as (_, hosts):
            live = (await hosts[0].look()).live
            async for line in hosts[0].orders.log(live, follow=follow):
                yield line


def _settings(settings: BaseModel | None) -> SSHSettings:
    if not isinstance(settings, SSHSettings):
        raise RemoteInvalid("mode SSH has no settings", next_step="deploy it again")
    return settings


def _variables(config: FeatureConfig, revision: str) -> dict[str, str]:
    given = {name: value for name, value in config.service.env.items() if isinstance(value, str)}
    own = {"FEATURE": config.feature, **revision_variables(revision), "HOME": "/nonexistent"}
    return {"LANG": "C.UTF-8", **given, **own}


def _ports(settings: SSHSettings, config: FeatureConfig) -> tuple[int, ...]:
    """Where the proxy may listen, best first."""
    if settings.port:
        return (settings.port,)
    named = urlsplit(config.urls.ssh).port
    own = zlib.crc32(config.feature.encode())
    tried = (_FIRST_PORT + (own + step) % _PORTS for step in range(_TRIED))
    return (*([named] if named else []), config.service.port, *tried)
