"""A feature on one host: its release is brought there, proven, made live, and brought back."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from provisioner.errors import ProvisionerError, ServiceUnhealthy, WaitTimedOut
from provisioner.feature.feature_config import FeatureConfig
from provisioner.feature.packages.lock import Lock
from provisioner.hosts.address import HostAddress
from provisioner.hosts.archive import Release, environment_key
from provisioner.hosts.connection import HostConnection, Waits
from provisioner.hosts.facts import gather_facts
from provisioner.hosts.orders import HostOrders, order
from provisioner.modes.health import READ_THE_LOG, HealthReport, wait_healthy

_LOOK_SECONDS = 0.3


class HostPlace(BaseModel):
    """Where a feature is on a host, as commands of later days need it to find it again.

    Attributes:
        folder: of all features there.
        python: the interpreter there that carries out orders.
        port: that the feature answers at.
        down_after_boot: why it does not start again after a reboot, "" where it does.
    """

    model_config = ConfigDict(frozen=True)

    address: HostAddress
    waits: Waits
    folder: str
    grace_seconds: float
    python: str = ""
    port: int = 0
    down_after_boot: str = ""

    @property
    def url(self) -> str:
        name = self.address.name
        return f"http://{f'[{name}]' if ':' in name else name}:{self.port}"


class Serving(BaseModel):
    """How a release comes to serve: where the proxy listens, the time for draining, what stays,
    and whether it is started after a reboot."""

    model_config = ConfigDict(frozen=True)

    listen: str
    ports: tuple[int, ...]
    drain_seconds: float
    keep_releases: int
    start_at_boot: bool = True


@dataclass(frozen=True, slots=True)
class Look:
    """What is on a host of a feature.

    Attributes:
        live: the release that the proxy leads to; previous is that before it.
        serving: whether both of them run.
        port: of the proxy, 0 where there never was one.
        releases: what is known of each by its name, its revision among it.
    """

    live: str
    previous: str
    serving: bool
    port: int
    releases: dict[str, dict[str, str]]
    running: dict[str, dict[str, Any]]
    environments: list[str]

    def revision(self, release: str) -> str:
        return self.releases.get(release, {}).get("revision", "")


class FeatureHost:
    """A feature on one host, reached by a connection of its own."""

    def __init__(self, place: HostPlace, feature: str, owner: str = "") -> None:
        self.place, self.feature = place, feature
        self.connection = HostConnection(place.address, place.waits)
        self.orders = HostOrders(
            self.connection, feature, folder=place.folder, python=place.python, owner=owner
        )

    def __str__(self) -> str:
        return str(self.place.address)

    async def prepare(self, version: str) -> str:
        """Find a Python of that version; gives the platform. Raises HostUnsuitable."""
        facts = await self.connection.step(lambda: gather_facts(self.connection))
        self.orders.python = facts.require_python(version)
        self.place = self.place.model_copy(update={"python": self.orders.python})
        return facts.platform

    async def look(self) -> Look:
        return Look(**(await self.orders.carry_out(order("look")))[0])

    async def bring(
        self,
        release: Release,
        lock: Lock,
        *,
        python: str,
        packages: Callable[[str], Awaitable[bytes]],
    ) -> Look:
        """Have the release and its packages on the host; `packages` makes these for a platform.

        Gives what was there before.
        """
        platform = await self.prepare(python)
        look = await self.look()
        key = environment_key(lock, python, platform)
        if key not in look.environments:
            packed = await packages(platform)
            await self._unpack(f"environments/{key}", packed, python=self.place.python)
        if release.name not in look.releases:
            place = f"{self.feature}/releases/{release.name}"
            about = {"revision": release.revision, "environment": key}
            await self._unpack(place, release.archive, about=about)
        return look

    async def start(
        self, release: str, config: FeatureConfig, new: Release | None = None
    ) -> HealthReport:
        """Start a release beside what serves, and wait until it is healthy on its own port.

        Args:
            new: has its variables and secrets; None are those that it was started with before.

        Raises:
            ServiceUnhealthy: it ended or is not well; the last lines of its log are the evidence.
            WaitTimedOut: it did not answer in time.
        """
        given = new and {"env": {**new.variables, **new.secrets}, "secrets": list(new.secrets)}
        data = json.dumps(given).encode()
        starting = order("start", release=release, stop_seconds=config.timeouts.stop_seconds)

        async def attempt() -> HealthReport:
            started = (await self.orders.attempt(starting, data=data))[0]
            return await self._proven(release, started["revision"], started["port"], config)

        try:
            return await self.connection.step(attempt)
        except (ServiceUnhealthy, WaitTimedOut):
            end = order("end", release=release, grace=self.place.grace_seconds)
            await self.orders.carry_out(end)
            raise

    async def make_live(self, release: str, serving: Serving) -> None:
        """Have a release serve instead of the one before, which is drained and stopped."""
        switch = order(
            "make_live",
            release=release,
            listen=serving.listen,
            ports=serving.ports,
            drain=serving.drain_seconds,
            grace=self.place.grace_seconds,
        )
        prune = order("prune", keep=serving.keep_releases)
        boot = order("start_at_boot", wanted=serving.start_at_boot)
        seconds = self.place.waits.command + serving.drain_seconds
        answers = await self.orders.carry_out(
            switch, prune, boot, order("release_lease"), seconds=seconds
        )
        known = {"port": answers[0]["port"], "down_after_boot": answers[2]["fault"]}
        self.place = self.place.model_copy(update=known)

    async def stop(self) -> bool:
        """End all that runs of the feature; False where nothing does."""
        stop = order("stop", grace=self.place.grace_seconds)
        boot = order("start_at_boot", wanted=False)
        answers = await self.orders.carry_out(stop, boot, order("release_lease"))
        return bool(answers[0]["stopped"])

    async def close(self) -> None:
        await self.connection.close()

    async def give_free(self) -> None:
        """Let others deploy the feature on the host at once; else the lease ends by itself."""
        if self.connection.is_connected:
            with contextlib.suppress(ProvisionerError):
                await self.orders.attempt(order("release_lease"))

    async def _unpack(
        self, place: str, archive: bytes, *, python: str = "", about: dict[str, str] | None = None
    ) -> None:
        digest = hashlib.sha256(archive).hexdigest()
        unpack = order("unpack", place=place, sha256=digest, python=python, about=about or {})
        await self.orders.carry_out(unpack, data=archive)

    async def _proven(
        self, release: str, revision: str, port: int, config: FeatureConfig
    ) -> HealthReport:
        """Wait until a release is healthy on its own port."""
        async with self.connection.forwarded(port) as url, self._watched(release) as looking:
            try:
                return await wait_healthy(
                    url,
                    path=config.service.health_path,
                    deadline_seconds=config.timeouts.startup_seconds,
                    alive=lambda: not looking.done(),
                    revision=revision,
                )
            except (ServiceUnhealthy, WaitTimedOut) as error:
                if looking.done():
                    looking.result()  # the host is away, which says nothing of the service
                state = (await self.orders.attempt(order("alive", release=release)))[0]
                evidence = (*error.evidence, *state["tail"])
                if state["alive"]:
                    raise type(error)(
                        f"{self}: {error}", evidence=evidence, next_step=error.next_step
                    ) from error
                raise ServiceUnhealthy(
                    f"the service ended on {self} while it started: {state['ended']}",
                    evidence=evidence,
                    next_step=READ_THE_LOG,
                ) from error

    @contextlib.asynccontextmanager
    async def _watched(self, release: str) -> AsyncIterator[asyncio.Task[None]]:
        """Look at a release again and again, by a task that is done once it does not run."""

        async def look() -> None:
            running = True
            while running:
                await asyncio.sleep(_LOOK_SECONDS)
                running = (await self.orders.attempt(order("alive", release=release)))[0]["alive"]

        looking = asyncio.create_task(look())
        try:
            yield looking
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)


async def on_all(
    hosts: list[FeatureHost], action: Callable[[FeatureHost], Awaitable[None]]
) -> None:
    """Carry out an action on the first host, and where it is done, on the others side by side.

    Where it fails on one of these the others are finished, and the error says which ones are.
    """

    async def carried_out(host: FeatureHost) -> None:
        try:
            await action(host)
        except ProvisionerError:
            await host.give_free()
            raise
        finally:
            await host.close()

    first, *others = hosts
    await carried_out(first)
    ended = await asyncio.gather(*map(carried_out, others), return_exceptions=True)
    done = [str(host) for host, error in zip(others, ended, strict=True) if error is None]
    for error in filter(None, ended):
        if isinstance(error, ProvisionerError):
            error.evidence = (*error.evidence, f"done on {', '.join([str(first), *done])}")
        raise error
