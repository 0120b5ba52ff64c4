"""A trial of the service on this machine: started for a while and tested, before it is deployed."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from provisioner.endpoint_tests.run import ServiceTestRun, restart_tests, run_service_tests
from provisioner.feature.feature_config import DATABASE_URL, FeatureConfig, load_feature_config
from provisioner.modes.base import Target
from provisioner.modes.service.process import (
    RunningService,
    start_service,
    stop_service,
    wait_service,
)


@dataclass(frozen=True, slots=True)
class ServiceTrial:
    """Starts the feature's service as a local process in the sandbox, whatever the mode.

    It stores in an empty folder of the trial, never where the deployed service does.
    """

    target: Target

    @asynccontextmanager
    async def started(self) -> AsyncIterator[RunningService]:
        """A healthy service for the length of the block; raises as `wait_healthy`."""
        with self._empty_folder() as data:
            async with self._serving(Path(data)) as service:
                yield service

    async def test(self) -> ServiceTestRun:
        """Run service-test.py against the service.

        Where it has tests of a restart, the service is stopped and started once more on the same
        data, and these are run again: they find what they made before.
        """
        folder, sandbox = self.target.folder, self.target.require_sandbox()
        with self._empty_folder() as data:
            async with self._serving(Path(data)) as service:
                first = await run_service_tests(folder, url=service.url, sandbox=sandbox)
            if not first.passed or not restart_tests(folder):
                return first
            async with self._serving(Path(data)) as service:
                again = await run_service_tests(
                    folder, url=service.url, sandbox=sandbox, memory=first.memory
                )
                return first.followed_by(again)

    def _empty_folder(self) -> tempfile.TemporaryDirectory[str]:
        beside = self.target.log.parent
        beside.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(prefix="data-", dir=beside)

    @asynccontextmanager
    async def _serving(self, data: Path) -> AsyncIterator[RunningService]:
        config = trial_config(self.target)
        revision = "unreleased"  # no commit has this name
        service = await start_service(self.target, config, revision=revision, data=data)
        try:
            await wait_service(service, config)
            yield service
        finally:
            await stop_service(service)


def trial_config(target: Target) -> FeatureConfig:
    """The configuration of a trial, which gets nothing of the deployment's.

    It has no DATABASE_URL, and a value of its own for each secret that the mode would give it.
    """
    config = load_feature_config(target.folder)
    env = {
        name: value if isinstance(value, str) or not target.keeps_secrets else secrets.token_hex()
        for name, value in config.service.env.items()
        if name != DATABASE_URL
    }
    section = config.service.model_copy(update={"env": env})
    return config.model_copy(update={"service": section})
