"""generate-service-test: service-test.py, from the endpoints of the service itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

from graph.errors import FeatureExists
from provisioner.endpoint_tests.run import FILE
from provisioner.endpoint_tests.writer import GeneratedTests, generate_service_test
from provisioner.errors import WorkspaceInvalid
from provisioner.sandbox.choose import choose_sandbox


def write_service_test(folder: Path, *, force: bool, unsafe: bool) -> tuple[Path, GeneratedTests]:
    """Write a feature folder's service-test.py; gives its path and what is in it.

    Raises:
        WorkspaceInvalid: there is no such folder.
        FeatureExists: the file is there, and `force` does not say to write over it.
    """
    file = folder / FILE
    if not folder.is_dir():
        raise WorkspaceInvalid(f"{folder} is no folder", next_step="name a feature's folder")
    if file.exists() and not force:
        raise FeatureExists(f"{file} exists already", next_step="--force writes over it")
    return file, asyncio.run(_write(folder.resolve(), unsafe))


async def _write(folder: Path, unsafe: bool) -> GeneratedTests:
    return await generate_service_test(folder, sandbox=await choose_sandbox(unsafe=unsafe))
