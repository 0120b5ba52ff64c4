"""A trial of the service on this machine: started for a while and tested, before it is deployed."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from provisioner.endpoint_tests.run import ServiceTestRun, restart_tests, run_service_tests
from provisioner.feature.feature_config import load_feature_config
from provisioner.modes.base import Target
from provisioner.modes.process import RunningService, start_service, stop_service, wait_service
from provisioner.modes.storage import without_database

#: The revision of /health during a trial; no commit has this name.
TRIAL_REVISION = "unreleased"


@dataclass(frozen=True, slots=True)
class ServiceTrial:
    """Starts the feature's service as a local process in the sandbox, whatever the mode.

    It stores in an empty folder of the trial, never where the deployed service does.
    """

    target: Target

    @asynccontextmanager
    async def started(self) -> AsyncIterator[RunningService]:
        """A healthy service for the length of the block.

        Raises:
            ServiceUnhealthy, WaitTimedOut: it did not become healthy.
        """
        with self._empty_folder() as data:
            async with self._serving(Path(data)) as service:
                yield service

    async def test(self) -> ServiceTestRun:
        """Run service-test.py against the service.

        Where it has tests of a restart, the service is stopped and started once more on the same
        data, and these are run again: they find what they made before.

        Raises:
            ServiceUnhealthy, WaitTimedOut: the service did not become healthy.
        """
        with self._empty_folder() as data:
            async with self._serving(Path(data)) as service:
                first = await self._ask(service)
            if not first.passed or not restart_tests(self.target.folder):
                return first
            async with self._serving(Path(data)) as service:
                return first.followed_by(await self._ask(service, first.memory))

    def _empty_folder(self) -> tempfile.TemporaryDirectory[str]:
        beside = self.target.log.parent
        beside.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(prefix="data-", dir=beside)

    async def _ask(self, service: RunningService, memory: bytes = b"") -> ServiceTestRun:
        sandbox = self.target.require_sandbox()
        return await run_service_tests(
            self.target.folder, url=service.url, sandbox=sandbox, memory=memory
        )

    @asynccontextmanager
    async def _serving(self, data: Path) -> AsyncIterator[RunningService]:
        target = self.target
        config = without_database(load_feature_config(target.folder))
        service = await start_service(
            target.folder,
            config,
            revision=TRIAL_REVISION,
            label=target.label,
            log=target.log,
            data=data,
            sandbox=target.require_sandbox(),
        )
        try:
            await wait_service(service, config)
            yield service
        finally:
            await stop_service(service)
