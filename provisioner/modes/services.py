"""The feature's service during a run: started for a while, tested, or left to serve."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from provisioner.endpoint_tests.run import ServiceTestRun, run_service_tests
from provisioner.feature.feature_config import load_feature_config
from provisioner.modes.health import HealthReport
from provisioner.modes.service import RunningService, start_service, stop_service, wait_service
from provisioner.modes.service_launch import confined
from provisioner.sandbox.base import Sandbox


@dataclass(frozen=True, slots=True)
class Services:
    """Starts and stops one feature's service.

    Attributes:
        folder: the feature's folder.
        mark: whose it is what is started, see `provisioner.process.leftovers.mark_of`.
        log: where the service's output goes.
        sandbox: what the service and its tests run in.
    """

    folder: Path
    mark: str
    log: Path
    sandbox: Sandbox

    async def start(self, *, revision: str) -> RunningService:
        """Start the service and leave it running."""
        return await start_service(
            self.folder,
            load_feature_config(self.folder),
            revision=revision,
            mark=self.mark,
            log=self.log,
            launcher=confined(self.sandbox),
        )

    @asynccontextmanager
    async def started(self, *, revision: str) -> AsyncIterator[RunningService]:
        """A healthy service for the length of the block.

        Raises:
            ServiceUnhealthy, WaitTimedOut: it did not become healthy.
        """
        service = await self.start(revision=revision)
        try:
            await wait_service(service, load_feature_config(self.folder))
            yield service
        finally:
            await stop_service(service)

    async def healthy(self, record: Mapping[str, str | int | float]) -> HealthReport:
        """Wait for a service that was started before to be healthy."""
        return await wait_service(
            RunningService.from_plain(record), load_feature_config(self.folder)
        )

    async def test(self, service: RunningService) -> ServiceTestRun:
        """Run service-test.py against a running service."""
        return await run_service_tests(self.folder, url=service.url, sandbox=self.sandbox)

    async def stop(self, record: Mapping[str, str | int | float]) -> None:
        """Stop a service that was started before; nothing happens where it is gone."""
        await stop_service(RunningService.from_plain(record))
