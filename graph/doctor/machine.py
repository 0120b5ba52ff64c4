"""Parts of the machine: programs, isolation, a container engine, disk space."""

from __future__ import annotations

import asyncio
import platform
import shutil
import sys
from contextlib import closing
from pathlib import Path

from graph.doctor.part import Part
from provisioner.errors import DockerUnavailable, SandboxUnavailable
from provisioner.feature.feature_config import FeatureConfig
from provisioner.feature.packages.uv import DEFAULT
from provisioner.files.temporary import system_folder
from provisioner.git.inspection import git_version
from provisioner.image.building.builder import probe_builder
from provisioner.image.engine import Engine, connect
from provisioner.process import ToolMissing
from provisioner.sandbox.choose import REMEDIES, UNSAFE, probe_levels, why_no_service

_LEAST_BYTES = 500_000_000  # an environment of packages, its image and a run's own files
_PULL = "`docker pull {0}`, or `scripts/make-base-image` as root on Debian"


async def machine_parts(workspace: Path, *, unsafe: bool) -> list[Part]:
    """The parts of this machine, each tried; `unsafe` is limits.unsafe_no_sandbox."""
    found = await asyncio.gather(_git(), _sandbox(unsafe=unsafe), _uv(), _engine_parts())
    disk = _disk(workspace, Path(system_folder()))
    return [_python(), *(part for parts in found for part in parts), disk]


def _python() -> Part:
    return Part("python", "yes", f"{platform.python_version()}, {sys.executable}")


async def _git() -> list[Part]:
    try:
        return [Part("git", "yes", await git_version())]
    except ToolMissing as error:
        return [Part.broken("git", error)]


async def _sandbox(*, unsafe: bool) -> list[Part]:
    """The best level that works, why no better one does, and whether it can run a service."""
    if unsafe:
        what = "limits.unsafe_no_sandbox is set: generated code runs without isolation"
        return [Part("sandbox", "yes", what), Part("service sandbox", "yes", what)]
    parts = []
    async for sandbox, fault in probe_levels():
        if fault:
            parts.append(
                Part("sandbox", "no", f"{sandbox.level}: {fault}", REMEDIES[sandbox.level])
            )
            continue
        parts.append(Part("sandbox", "yes", sandbox.level))
        why, remedy = why_no_service(sandbox)
        works = f"{sandbox.level} runs services"
        parts.append(Part("service sandbox", "no" if why else "yes", why or works, remedy))
        return parts
    nothing = SandboxUnavailable("no isolation works, and a service runs in one", next_step=UNSAFE)
    return [*parts, Part.broken("service sandbox", nothing)]


async def _uv() -> list[Part]:
    try:
        return [Part("uv", "yes", await DEFAULT.version())]
    except ToolMissing as error:
        return [Part.broken("uv", error, remedy="pip install uv")]


async def _engine_parts() -> list[Part]:
    try:
        engine = await asyncio.to_thread(connect)
    except DockerUnavailable as error:
        return [Part.broken("engine", error)]
    with closing(engine):
        return [
            Part("engine", "yes", str(engine)),
            await _builder(engine),
            await asyncio.to_thread(_base_image, engine),
        ]


async def _builder(engine: Engine) -> Part:
    try:
        return Part("builder", "yes", str(await probe_builder(engine)))
    except ToolMissing as error:
        return Part.broken("builder", error)


def _base_image(engine: Engine) -> Part:
    name = FeatureConfig(feature="any").base_image
    if engine.has_image(name):
        return Part("base image", "yes", f"{name} is in the engine")
    what = f"{name} is not in the engine; whether a registry gives it was not tried"
    return Part("base image", "unknown", what, _PULL.format(name))


def _disk(*places: Path) -> Part:
    """The space for the workspace and for temporary files, where there is least of it."""
    free, place = min((shutil.disk_usage(place).free, place) for place in places)
    found = f"{free / 1e9:.1f} GB free at {place}"
    if free >= _LEAST_BYTES:
        return Part("disk", "yes", found)
    return Part("disk", "no", found, f"free some space: {_LEAST_BYTES / 1e9:.1f} GB at least")
