"""Commands on a feature's folder, without a run."""

from __future__ import annotations

import asyncio
from pathlib import Path

from graph.check import state_folder
from graph.errors import FeatureExists
from provisioner.endpoint_tests.run import FILE
from provisioner.endpoint_tests.writer import GeneratedTests, generate_service_test
from provisioner.errors import WorkspaceInvalid
from provisioner.feature.container_files import inject_config
from provisioner.feature.environment import Environments
from provisioner.sandbox.choose import choose_sandbox

__all__ = ["inject_config", "write_service_test"]


def write_service_test(folder: Path, *, force: bool, unsafe: bool) -> tuple[Path, GeneratedTests]:
    """Write service-test.py, over one that is there with `force`; gives its path and content."""
    file = folder / FILE
    if not folder.is_dir():
        raise WorkspaceInvalid(f"{folder} is no folder", next_step="name a feature's folder")
    if file.exists() and not force:
        raise FeatureExists(f"{file} exists already", next_step="--force writes over it")
    return file, asyncio.run(_write_service_test(folder.resolve(), unsafe=unsafe))


async def _write_service_test(folder: Path, *, unsafe: bool) -> GeneratedTests:
    sandbox = await choose_sandbox(unsafe=unsafe)
    environment = await Environments(state_folder(folder)).of_folder(folder)
    return await generate_service_test(folder, sandbox=sandbox, environment=environment)
