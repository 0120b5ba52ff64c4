"""A trial of the service on this machine: started for a while and tested, before it is deployed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from provisioner.endpoint_tests.run import ServiceTestRun, run_service_tests
from provisioner.feature.feature_config import load_feature_config
from provisioner.modes.base import Target
from provisioner.modes.process import RunningService, start_service, stop_service, wait_service
from provisioner.modes.service_launch import confined

#: What /health tells during a trial; no commit has this name.
TRIAL_REVISION = "unreleased"


@dataclass(frozen=True, slots=True)
class ServiceTrial:
    """Starts the feature's service as a local process in the sandbox, whatever the mode."""

    target: Target

    @asynccontextmanager
    async def started(self) -> AsyncIterator[RunningService]:
        """A healthy service for the length of the block.

        Raises:
            ServiceUnhealthy, WaitTimedOut: it did not become healthy.
        """
        target = self.target
        config = load_feature_config(target.folder)
        service = await start_service(
            target.folder,
            config,
            revision=TRIAL_REVISION,
            label=target.label,
            log=target.log,
            launcher=confined(target.require_sandbox()),
        )
        try:
            await wait_service(service, config)
            yield service
        finally:
            await stop_service(service)

    async def test(self, service: RunningService) -> ServiceTestRun:
        """Run service-test.py against a running service."""
        sandbox = self.target.require_sandbox()
        return await run_service_tests(self.target.folder, url=service.url, sandbox=sandbox)
